// The hotel's rules as the Worker sends them with every operation, and when it does.

export const RULES = {
  currency: "USD",
  reservation_code_prefix: "HR",
  reservation_code_length_max: 10,
  codreser_length_max: 255,
  claim_ttl_ms: 86_400_000,
  utc_offset_minutes: -360,
};

/** Noon of 1 December 2026 at the hotel. */
export const AT = Date.parse("2026-12-01T18:00:00Z");
