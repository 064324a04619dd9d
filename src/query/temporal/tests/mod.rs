//! Tests of temporal values.
