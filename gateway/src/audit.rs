//! The audit trail: who opened what, when (PS3.15 A.5).
