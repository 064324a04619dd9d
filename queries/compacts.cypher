// title: Compacts and what crosses them
// 标题: 协同协议与跨界共享
// question: Which regions agreed to act together, what does one side need of the other, and what is granted across?
// 问题: 哪些地区签了协同协议？一方需要另一方多少数据？授权了多少？
MATCH (a:Region)-[compact:COMPACT]->(b:Region)
UNWIND [[a, b], [b, a]] AS sides
WITH compact, sides[0] AS holder, sides[1] AS consumer
RETURN compact.name AS compact, compact.since AS since, holder.name AS holder, consumer.name AS consumer,
  COUNT {
    MATCH (holder)<-[:WITHIN*0..]-(:Region)<-[:IN]-(:Department)-[:HOLDS]->(:Dataset)<-[:NEEDS]-
      (:Department)-[:IN]->(:Region)-[:WITHIN*0..]->(consumer)
  } AS needs,
  COUNT {
    MATCH (holder)<-[:WITHIN*0..]-(:Region)<-[:IN]-(:Department)-[:HOLDS]->(:Dataset)-[grant:GRANTED_TO]->
      (:Department)-[:IN]->(:Region)-[:WITHIN*0..]->(consumer)
    WHERE coalesce(grant.status, 'active') = 'active'
  } AS grants
ORDER BY compact, holder, consumer
