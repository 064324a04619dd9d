// title: Requests that wait
// 标题: 久未答复的申请
// question: Which sharing edges were requested more than so many days ago and are still not answered?
// 问题: 哪些共享申请已提出超过若干天仍未答复？
// parameter days: integer = 30
//   how many calendar days
//   中文: 多少个自然日
// parameter today: date = null
//   the day to count up to; the present day, where it is left out
//   中文: 算到哪一天；不给则为今天
MATCH (a)-[e:GRANTED_TO|PUBLISHED_ON|CASCADES_TO|SERVES|RELAYS_TO {status: 'requested'}]->(b)
WITH a, b, e, duration.inDays(e.since, coalesce($today, date())).days AS waiting
WHERE waiting > $days
RETURN type(e) AS type, a.id AS from, coalesce(a.title, a.name) AS from_name, b.id AS to, b.name AS to_name,
  e.since AS since, waiting, e.barrier AS barrier
ORDER BY waiting DESC, type, from, to
