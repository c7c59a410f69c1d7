// The API's types, version 1, for TypeScript. Written by `cargo xtask schema` from the wire types: not to be edited.

export interface Problem {
  /** In answers of the tools: always `false`. */
  success?: boolean;
  /** In answers of the tools: the same as `detail`. */
  error?: string;
  /** The kind of problem, as a URI. */
  type: string;
  /** The kind of problem, in English. */
  title: string;
  /** The HTTP status that it is answered with. */
  status: number;
  /** The kind of problem, for programs. */
  code: "bad_json" | "invalid" | "missing_booking" | "over_capacity" | "child_alone" | "no_availability" | "rate_missing" | "price_changed" | "quote_mismatch" | "payment_not_found" | "payment_pending" | "nothing_due" | "payment_used" | "payment_short" | "payment_currency" | "codreser_full" | "booking_in_progress" | "already_followed" | "key_reused" | "duplicate_booking" | "unauthorized" | "bad_signature" | "forbidden" | "challenge_failed" | "force_not_allowed" | "not_found" | "method_not_allowed" | "too_large" | "unsupported_media_type" | "too_many_requests" | "uncertain" | "reservations_unavailable" | "payments_unavailable" | "storage_unavailable";
  /** This problem, in English. */
  detail: string;
  /** The fields that are wrong. */
  fields: FieldFault[];
  /** What the guest is told. */
  customer_message: string;
  /** `price_changed`: a quote at today's price. */
  quote?: string;
  /** `price_changed`: today's price. */
  total_amount?: number;
  /** `price_changed`: the price that was quoted. */
  quoted_amount?: number;
  /** `payment_short`: what is left of the payment. */
  available_amount?: number;
  /** `payment_short`: what is needed. */
  required_amount?: number;
  /** `payment_short`: what is missing. */
  missing_amount?: number;
  /** `payment_pending`: when it is looked for next. */
  next_check_at?: string;
  /** `no_availability`: where too few are free. */
  shortages?: ShortageView[];
  /** `rate_missing`: the type. */
  bungalow_type?: string;
  /** `rate_missing`: the first night without a rate. */
  night?: string;
  /** `over_capacity`: the most guests that fit. */
  guests_max?: number;
  /** `already_followed`: by which booking. */
  followed_by?: string;
  /** When to try again, in seconds. */
  retry_after_s?: number;
}

export interface FieldFault {
  /** The field as it was sent, such as `bookings[1].adults`. */
  field: string;
  /** What is wrong with it, in English. */
  message: string;
}

export interface ShortageView {
  /** The type. */
  bungalow_type: string;
  /** Rooms asked for. */
  asked: number;
  /** Rooms free for the whole stay. */
  free: number;
}

export interface PropertyView {
  /** The hotel. */
  id: string;
  /** Its name. */
  name: string;
  /** Its currency (ISO 4217). */
  currency: string;
  /** Minutes that its clocks are ahead of UTC. */
  utc_offset_minutes: number;
  /** The hotel's date now: the first that can be booked. */
  today: string;
  /** The languages that guests are addressed in. */
  languages: ("es" | "en")[];
  /** What must be paid when booking, in percent of the total. */
  deposit_percent: number;
  /** How guests reach the reception. */
  reception_contact?: string;
  /** The room types, in the hotel's order. */
  room_types: RoomTypeView[];
  /** The packages that stays are sold in. */
  packages: string[];
  /** What they cost, from the most specific row on. */
  tariff: RowView[];
  /** The limits of the API. */
  limits: LimitsView;
}

export interface RoomTypeView {
  /** The type, as it is sent (`bungalow_type`). */
  id: string;
  /** What guests read. */
  name: LocalizedView;
  /** How many rooms there are of it. */
  room_count: number;
  /** Guests of 11 and more, without extra beds. */
  max_adults: number;
  /** Children, without extra beds. */
  max_children: number;
  /** Everyone, without extra beds. */
  max_guests: number;
  /** Extra beds that it takes. */
  max_extra_beds: number;
  /** The packages that it is sold in; left out where it is all. */
  packages?: string[];
}

export interface LocalizedView {
  /** Spanish. */
  es: string;
  /** English. */
  en: string;
}

export interface RowView {
  /** A type's id, or `*`. */
  room_type: string;
  /** A package, or `*`. */
  package: string;
  /** The season's first night. */
  from: string;
  /** The season's last night, itself included. */
  to: string;
  /** `*`, or the weekdays. */
  weekdays: "*" | ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
  /** For the room. */
  room: string;
  /** For each guest of 11 and more. */
  adult: string;
  /** For each child of 0 to 5. */
  children_0_5: string;
  /** For each child of 6 to 10. */
  children_6_10: string;
  /** For each extra bed. */
  extra_bed: string;
}

export interface LimitsView {
  /** The most rooms of a booking. */
  rooms_max: number;
  /** The most guests of a booking. */
  guests_max: number;
  /** The most nights of a stay. */
  nights_max: number;
  /** How far ahead a stay may begin, in days. */
  days_ahead_max: number;
  /** The oldest of the band `children_0_5`. */
  children_0_5_age_max: number;
  /** The oldest of the band `children_6_10`. */
  children_6_10_age_max: number;
  /** The oldest that may be sent by age among the children. */
  child_age_max: number;
}

export interface AvailabilityAnswer {
  /** Arrival. */
  check_in_date: string;
  /** Departure. */
  check_out_date: string;
  /** Free rooms by type, in the hotel's order. */
  rooms: FreeView[];
  /** When this was so. */
  as_of: string;
  /** What an assistant must know of the hotel; left out unless its tool asks. */
  hotel?: HotelView;
}

export interface FreeView {
  /** The type. */
  bungalow_type: string;
  /** How many of its rooms are free for the whole stay. */
  free: number;
}

export interface HotelView {
  /** The hotel's date now: the first that can be booked. */
  today: string;
  /** Its day of the week, `mon` to `sun`. */
  weekday: string;
  /** The packages that stays are sold in (`package_type`). */
  packages: string[];
  /** The room types, with what a room holds. */
  room_types: RoomTypeView[];
  /** What must be paid when booking, in percent of the total. */
  deposit_percent: number;
  /** How guests reach the reception. */
  reception_contact?: string;
}

export interface CalendarAnswer {
  /** The guests that prices are for. */
  adults: number;
  /** The nights asked for. */
  days: DayView[];
}

export interface DayView {
  /** The date on which the night begins. */
  date: string;
  /** Rooms free for the night, of all types; left out where the hotel's own system is to be asked by stay. */
  free_rooms?: number;
  /** The lowest price of a room that is free, for `CalendarAnswer::adults`; left out where there is none. */
  from_amount?: number;
}

export interface QuoteAnswer {
  /** What was best. */
  objective: "even" | "cheapest" | "fewest_rooms";
  /** Whether no placing is better. (An exact split was checked, not searched.) */
  optimal: boolean;
  /** The rooms. */
  rooms: RoomView[];
  /** What they cost together. */
  total_amount: number;
  /** In this currency. */
  currency: string;
  /** The other objectives' answers, where they differ. */
  alternatives: AlternativeView[];
  /** A signed quote: it keeps the price, not the rooms. */
  quote: string;
  /** When the price is no longer kept. */
  expires_at: string;
  /** Types left out of a free search. */
  left_out?: LeftOutView[];
  /** The proposal in words, for the assistant. */
  customer_message?: string;
}

export interface RoomView {
  /** Its type. */
  bungalow_type: string;
  /** Guests of 11 and more. */
  adults: number;
  /** Children of 0 to 5. */
  children_0_5: number;
  /** Children of 6 to 10. */
  children_6_10: number;
  /** Extra beds, exactly as many as needed. */
  extra_beds: number;
  /** Night by night. */
  nights: NightView[];
  /** Its price for the stay. */
  amount: number;
}

export interface NightView {
  /** The date on which it begins. */
  date: string;
  /** Its price; the nights add up to their room. */
  amount: number;
}

export interface AlternativeView {
  /** The objective. */
  objective: "even" | "cheapest" | "fewest_rooms";
  /** Its rooms. */
  rooms: RoomView[];
  /** What they cost together. */
  total_amount: number;
  /** A signed quote for them. */
  quote: string;
}

export interface LeftOutView {
  /** The type. */
  bungalow_type: string;
  /** The first night without a rate. */
  night: string;
}

export interface BookingAnswer {
  /** The booking. */
  booking_id: string;
  /** What its guest shows to ask for it again; said to whom makes it, and to whom repeats that. */
  token?: string;
  /** `true` where the same was asked for under another key before, and this is that booking; else left out. */
  existing?: boolean;
  /** How it stands. */
  outcome: "booked" | "partly_booked" | "not_booked" | "needs_staff" | "in_progress";
  /** Whether at least one room is booked. */
  success: boolean;
  /** The single form's room: its code, or `null` where it is not booked. Left out in the other form. */
  reserva?: string | null;
  /** Rooms booked, in line order. */
  bookings: BookedView[];
  /** Rooms not booked, in line order. */
  failed_bookings: FailedView[];
  /** What is offered for the guests of the failed rooms. */
  redistribution?: RedistributionOffer | RedistributionByStaff;
  /** The booking that is for the guests of the failed rooms. */
  followed_by?: string;
  /** The booking whose failed rooms' guests this one is for. */
  follows?: string;
  /** The rooms, from 1, that the guest asked to cancel and staff have not decided on. */
  cancellation_requested?: number[];
  /** The price of the rooms booked. */
  total_amount: number;
  /** What is still to be paid for them. */
  balance_due: number;
  /** What the guest is told. */
  customer_message: string;
  /** How far every requested room is, while the booking goes on. */
  progress?: ProgressView[];
  /** How telling the hotel's programs stands; for staff. */
  notification?: NotificationView;
  /** Of an event: its number among the booking's. */
  sequence?: number;
  /** Of an event: the WhatsApp id that the assistant talks to. */
  wa_id?: string;
  /** Of an event: why people must look at it. */
  staff_reasons?: string[];
}

export interface BookedView {
  /** Its place in the request, from 1: what it is called when it is to be cancelled. */
  line: number;
  /** The reservation API's code, without the hotel's prefix. */
  reserva: string;
  /** The room really booked. */
  room: string;
  /** Its type, as sent. */
  bungalow_type: string;
  /** Guests of 11 and more. */
  adults: number;
  /** Children of 0 to 5. */
  children_0_5: number;
  /** Children of 6 to 10. */
  children_6_10: number;
  /** Extra beds in it. */
  extra_beds: number;
  /** Its price for the stay. */
  amount: number;
  /** What the payment paid of it. */
  paid_amount: number;
}

export interface FailedView {
  /** Its place in the request, from 1. */
  line: number;
  /** What was asked for. */
  booking: AskedView;
  /** The room last tried, or the one that was cancelled, where there was one. */
  room?: string;
  /** The code of the reservation that was cancelled, where there was one. */
  reserva?: string;
  /** Why, for programs. */
  code: "no_availability" | "refused" | "unreachable" | "unconfirmed" | "all_or_nothing" | "cancelled";
  /** Why, for the guest. */
  reason: string;
  /** Why, in English, for the developer of the calling program; for staff in the reservation API's words. */
  error: string;
}

export interface AskedView {
  /** Its type, as sent. */
  bungalow_type: string;
  /** Guests of 11 and more. */
  adults: number;
  /** Children of 0 to 5. */
  children_0_5: number;
  /** Children of 6 to 10. */
  children_6_10: number;
  /** Extra beds that they need. */
  extra_beds: number;
}

export interface RedistributionOffer {
  /** Which of the two it is. */
  kind: "offer";
  /** The rooms. */
  rooms: RoomView[];
  /** What they cost together. */
  total_amount: number;
  /** In this currency. */
  currency: string;
  /** A signed quote for them. */
  quote: string;
  /** When its price is no longer kept. */
  expires_at: string;
}

export interface RedistributionByStaff {
  /** Which of the two it is. */
  kind: "staff";
  /** Why nothing can be offered: a problem's code. */
  reason: string;
}

export interface ProgressView {
  /** Its place in the request, from 1. */
  line: number;
  /** `checking`, `held`, `booked` or `failed`. */
  state: "checking" | "held" | "booked" | "failed";
  /** The room that is held or booked for it; of a failed one that which was last tried. */
  room?: string;
  /** Its reservation's code, once it is booked. */
  reserva?: string;
}

export interface NotificationView {
  /** The event's number among the booking's. */
  sequence: number;
  /** `pending`, `delivered` or `given_up`. */
  state: "pending" | "delivered" | "given_up";
  /** Why it was given up. */
  error?: string;
}

export interface CancellationAnswer {
  /** The booking. */
  booking_id: string;
  /** The rooms, from 1, that staff were asked to cancel and have not decided on. */
  cancellation_requested: number[];
  /** What the guest is told. */
  customer_message: string;
}

export interface ValidationAnswer {
  /** Always `true`. */
  success: boolean;
  /** The claim: what a booking names to use it. */
  claim: string;
  /** How much is set aside. */
  claimed_amount: number;
  /** How much is left besides. */
  available_amount: number;
  /** When it is released if no booking uses it. */
  expires_at: string;
  /** What the guest is told. */
  customer_message: string;
}

export interface FindPaymentAnswer {
  /** Whether exactly one payment fits. Not which: its reference is for the guest to say. */
  found: boolean;
  /** What the guest is told. */
  customer_message: string;
}

export interface StopAnswer {
  /** Always `true`. */
  success: boolean;
  /** Whether it was waited for until now. */
  stopped: boolean;
  /** What the guest is told. */
  customer_message: string;
}

export interface ImportAnswer {
  /** Payments in it. */
  received: number;
  /** Payments that were new. */
  added: number;
  /** Payments that were known with other values, and were changed. */
  changed: number;
  /** What was taken as it is and should be looked at: a date that has not come yet. */
  warnings?: FieldFault[];
}

export interface StaffView {
  /** The booking. */
  booking_id: string;
  /** How it stands; `refused` where it was refused before anything was done. */
  state: string;
  /** Since when it waits for staff, or else when something last happened to it. */
  since: string;
  /** Why staff must look at it. */
  reasons: ReasonView[];
  /** What cannot be done for now. */
  delays: DelayView[];
  /** What the guest asks to cancel, where that waits for staff. */
  cancellation?: CancellationView;
  /** Who booked. */
  customer_name: string;
  /** The guest's telephone. */
  phone_number: string;
  /** The guest's e-mail address. */
  email: string;
  /** Arrival. */
  check_in_date: string;
  /** Departure. */
  check_out_date: string;
  /** How it is paid. */
  payment_method: string;
  /** The payment's reference. */
  payment_reference: string;
  /** What of the payment is set aside for it and paid for nothing yet. */
  set_aside_amount: number;
  /** Its lines. */
  lines: LineView[];
  /** What happened to it, oldest first; only where that was asked for. */
  journal?: EntryView[];
}

export interface ReasonView {
  /** For programs. */
  code: string;
  /** The line, from 1; none where it is the payment. */
  line?: number;
  /** For people. */
  text: string;
}

export interface DelayView {
  /** What is to be done, for people. */
  text: string;
  /** Since when it is tried. */
  since: string;
}

export interface CancellationView {
  /** The lines, from 1. */
  lines: number[];
  /** Why, in the guest's words. */
  reason?: string;
  /** Since when. */
  since: string;
}

export interface LineView {
  /** Its place, from 1. */
  line: number;
  /** Its type. */
  bungalow_type: string;
  /** Guests of 11 and more. */
  adults: number;
  /** Children of 0 to 5. */
  children_0_5: number;
  /** Children of 6 to 10. */
  children_6_10: number;
  /** How it stands. */
  state: string;
  /** Its room, where it has or had one. */
  room?: string;
  /** Its reservation's code. */
  reserva?: string;
  /** What the reservation system knows it by, or may. */
  reference?: string;
  /** Its price for the stay. */
  amount: number;
  /** Its share of the payment. */
  share_amount: number;
}

export interface EntryView {
  /** When. */
  at: string;
  /** What happened. */
  text: string;
}

export interface QuoteRequest {
  /** Arrival, in the hotel's calendar; today or later. */
  check_in_date: string;
  /** Departure, after the arrival; at most 30 nights. */
  check_out_date: string;
  /** The package, as `GET /v1/property` spells it. */
  package_type: string;
  /** Who comes: counted by band, or children by age. May be left out with `split`. */
  party?: PartyBody | null;
  /** How many rooms; alone, or with `bungalow_type`. */
  rooms?: number | null;
  /** Rooms of this type only. */
  bungalow_type?: string | null;
  /** Exactly these rooms: so many of each type. */
  bungalow_types?: TypeCountBody[] | null;
  /** Exactly this distribution, room by room: it is checked and priced, not changed. */
  split?: SplitRoomBody[] | null;
  /** What is best: guests spread evenly (the default), the lowest price, or the fewest rooms. */
  objective?: "even" | "cheapest" | "fewest_rooms" | null;
}

export interface PartyBody {
  /** Guests of 11 years and more. */
  adults: number;
  /** Children of 0 to 5 years; left out, none. */
  children_0_5?: number | null;
  /** Children of 6 to 10 years; left out, none. */
  children_6_10?: number | null;
  /** The children's ages, 0 to 17, instead of the two counts, which are left out or 0 then. One of 11 or more pays as an adult. */
  children?: number[] | null;
}

export interface TypeCountBody {
  /** The type. */
  bungalow_type: string;
  /** So many rooms of it. */
  count: number;
}

export interface SplitRoomBody {
  /** The room's type. */
  bungalow_type: string;
  /** Guests of 11 years and more who sleep in it. */
  adults: number;
  /** Children of 0 to 5 years. */
  children_0_5: number;
  /** Children of 6 to 10 years. */
  children_6_10: number;
}

export interface BookingRequest {
  /** The guest's full name. */
  customer_name: string;
  /** The guest's e-mail address. */
  email: string;
  /** The guest's telephone; needed where there is no `wa_id`, or none that is a telephone number. */
  phone_number?: string | null;
  /** The city where the guest lives. */
  city: string;
  /** The number of the guest's identity document (DUI) or passport. */
  dui_passport: string;
  /** The guest's nationality. */
  nationality: string;
  /** Arrival, in the hotel's calendar; today or later. */
  check_in_date: string;
  /** Departure, after the arrival; at most 30 nights. */
  check_out_date: string;
  /** The package, as `GET /v1/property` spells it. */
  package_type: string;
  /** The rooms, one entry for each, with who sleeps in it. */
  bookings: LineBody[];
  /** How it was paid. */
  payment_method: "CompraClick" | "Depósito BAC";
  /** The payment's authorisation number; with `CompraClick` only. */
  authorization_number?: string | null;
  /** The transfer's number; with `Depósito BAC` only. */
  transfer_id?: string | null;
  /** What shows that the caller has the payment before them; required of the public. */
  payment_evidence?: EvidenceBody | null;
  /** How much of the payment to take; left out, it is the total, or what is left if that covers the deposit. */
  payment_amount?: number | null;
  /** Who paid, as the payment says it. */
  payment_maker_name: string;
  /** The WhatsApp id of the guest: the digits of an international number. Required of the assistant. */
  wa_id?: string | null;
  /** The claim that validating the payment opened; left out, the guest's own open claim is taken, or a new one. */
  claim?: string | null;
  /** The signed quote whose price is to be kept; the rooms must be exactly its rooms. */
  quote?: string | null;
  /** The booking that left guests without a room, where this one is for them. */
  follows?: string | null;
  /** `true`: no room unless all of them. */
  all_or_nothing?: boolean | null;
  /** `true`: staff waive the deposit. */
  force_process?: boolean | null;
  /** `true`: make it although an equal booking lives. Only after the guest has said that they want one more. */
  confirm_another?: boolean | null;
  /** What the guest asks of the hotel, in their words. */
  customer_instructions?: string | null;
}

export interface LineBody {
  /** The room's type, as `GET /v1/property` spells it, such as `Junior`. */
  bungalow_type: string;
  /** Guests of 11 years and more who sleep in it; at least one. */
  adults: number;
  /** Children of 0 to 5 years. */
  children_0_5: number;
  /** Children of 6 to 10 years. */
  children_6_10: number;
  /** Extra beds. They follow from the guests: leave it out, or say exactly as many as they need. */
  extra_beds?: number | null;
  /** What the extra beds cost for the stay. They are priced by the tariff: leave it out, or say exactly that. */
  extra_beds_cost?: number | null;
}

export interface EvidenceBody {
  /** The whole amount of the payment. */
  amount: number;
  /** The date of the payment. */
  date: string;
}

export interface FurtherPaymentRequest {
  /** How it was paid. */
  payment_method: "CompraClick" | "Depósito BAC";
  /** The payment's authorisation number; with `CompraClick` only. */
  authorization_number?: string | null;
  /** The transfer's number; with `Depósito BAC` only. */
  transfer_id?: string | null;
  /** What shows that the caller has the payment before them; required of the public. */
  payment_evidence?: EvidenceBody | null;
  /** How much of it to take; left out, the balance. */
  payment_amount?: number | null;
  /** Who paid, as the payment says it. */
  payment_maker_name: string;
  /** The claim that validating the payment opened. */
  claim?: string | null;
  /** The WhatsApp id of the booking's guest; required of the assistant. */
  wa_id?: string | null;
  /** `true`: staff waive that the payment must be there already. */
  force_process?: boolean | null;
}

export interface CancellationRequest {
  /** The rooms to cancel, by their `line` in the booking, from 1; left out, all of them. */
  rooms?: number[] | null;
  /** Why, in the guest's words. */
  reason?: string | null;
  /** The WhatsApp id of the booking's guest. Required of the assistant. */
  wa_id?: string | null;
}

export interface QuoteRoomsRequest {
  /** Arrival, in the hotel's calendar; today or later. */
  check_in_date: string;
  /** Departure, after the arrival; at most 30 nights. */
  check_out_date: string;
  /** The package, as `GET /v1/property` spells it. */
  package_type: string;
  /** Who comes: counted by band, or children by age. May be left out with `split`. */
  party?: PartyBody | null;
  /** How many rooms; alone, or with `bungalow_type`. */
  rooms?: number | null;
  /** Rooms of this type only. */
  bungalow_type?: string | null;
  /** Exactly these rooms: so many of each type. */
  bungalow_types?: TypeCountBody[] | null;
  /** Exactly this distribution, room by room: it is checked and priced, not changed. */
  split?: SplitRoomBody[] | null;
  /** What is best: guests spread evenly (the default), the lowest price, or the fewest rooms. */
  objective?: "even" | "cheapest" | "fewest_rooms" | null;
}

export interface CheckAvailabilityRequest {
  /** Arrival, in the hotel's calendar; today or later. */
  check_in_date: string;
  /** Departure, after the arrival; at most 30 nights. */
  check_out_date: string;
}

export interface ValidateCompraClickRequest {
  /** The payment's authorisation number. */
  authorization_number: string;
  /** How much of it to set aside: the total of the stay, of all rooms together. */
  payment_amount: number;
  /** Who paid, as the guest says it. */
  payment_maker_name?: string | null;
  /** The WhatsApp id of the guest: the digits of an international number. */
  wa_id: string;
}

export interface ValidateBankTransferRequest {
  /** The transfer's number. */
  transfer_id: string;
  /** How much of it to set aside: the total of the stay, of all rooms together. */
  payment_amount: number;
  /** Who paid, as the guest says it. */
  payment_maker_name?: string | null;
  /** The WhatsApp id of the guest: the digits of an international number. */
  wa_id: string;
}

export interface FindPaymentRequest {
  /** How it was paid. */
  payment_method: "CompraClick" | "Depósito BAC";
  /** How much was paid, all of it. */
  payment_amount: number;
  /** The date of payment. */
  payment_date: string;
  /** In whose name, in full. */
  payment_maker_name: string;
}

export interface RetryCompraClickRequest {
  /** The payment's authorisation number. */
  authorization_number: string;
  /** How much of it to set aside: the total of the stay, of all rooms together. */
  payment_amount: number;
  /** Who paid, as the guest says it. */
  payment_maker_name?: string | null;
  /** The WhatsApp id of the guest: the digits of an international number. */
  wa_id: string;
  /** Whether it is to be waited for no longer. */
  stop?: boolean | null;
}

export interface RetryBankTransferRequest {
  /** The transfer's number. */
  transfer_id: string;
  /** How much of it to set aside: the total of the stay, of all rooms together. */
  payment_amount: number;
  /** Who paid, as the guest says it. */
  payment_maker_name?: string | null;
  /** The WhatsApp id of the guest: the digits of an international number. */
  wa_id: string;
  /** Whether it is to be waited for no longer. */
  stop?: boolean | null;
}

export interface MakeBookingRequest {
  /** The guest's full name. */
  customer_name: string;
  /** The guest's e-mail address. */
  email: string;
  /** The guest's telephone; needed where there is no `wa_id`, or none that is a telephone number. */
  phone_number?: string | null;
  /** The city where the guest lives. */
  city: string;
  /** The number of the guest's identity document (DUI) or passport. */
  dui_passport: string;
  /** The guest's nationality. */
  nationality: string;
  /** Arrival, in the hotel's calendar; today or later. */
  check_in_date: string;
  /** Departure, after the arrival; at most 30 nights. */
  check_out_date: string;
  /** The package, as `GET /v1/property` spells it. */
  package_type: string;
  /** The rooms, one entry for each, with who sleeps in it. */
  bookings: LineBody[];
  /** How it was paid. */
  payment_method: "CompraClick" | "Depósito BAC";
  /** The payment's authorisation number; with `CompraClick` only. */
  authorization_number?: string | null;
  /** The transfer's number; with `Depósito BAC` only. */
  transfer_id?: string | null;
  /** What shows that the caller has the payment before them; required of the public. */
  payment_evidence?: EvidenceBody | null;
  /** How much of the payment to take; left out, it is the total, or what is left if that covers the deposit. */
  payment_amount?: number | null;
  /** Who paid, as the payment says it. */
  payment_maker_name: string;
  /** The WhatsApp id of the guest: the digits of an international number. Required of the assistant. */
  wa_id: string;
  /** The claim that validating the payment opened; left out, the guest's own open claim is taken, or a new one. */
  claim?: string | null;
  /** The signed quote whose price is to be kept; the rooms must be exactly its rooms. */
  quote?: string | null;
  /** The booking that left guests without a room, where this one is for them. */
  follows?: string | null;
  /** `true`: no room unless all of them. */
  all_or_nothing?: boolean | null;
  /** `true`: staff waive the deposit. */
  force_process?: boolean | null;
  /** `true`: make it although an equal booking lives. Only after the guest has said that they want one more. */
  confirm_another?: boolean | null;
  /** What the guest asks of the hotel, in their words. */
  customer_instructions?: string | null;
  /** Passed over, as there are `bookings`. */
  bungalow_type?: unknown;
  /** Passed over, as there are `bookings`. */
  adults?: unknown;
  /** Passed over, as there are `bookings`. */
  children_0_5?: unknown;
  /** Passed over, as there are `bookings`. */
  children_6_10?: unknown;
  /** Passed over, as there are `bookings`. */
  extra_beds?: unknown;
  /** Passed over, as there are `bookings`. */
  extra_beds_cost?: unknown;
}

export interface MakeSingleBookingRequest {
  /** The guest's full name. */
  customer_name: string;
  /** The guest's e-mail address. */
  email: string;
  /** The guest's telephone; needed where there is no `wa_id`, or none that is a telephone number. */
  phone_number?: string | null;
  /** The city where the guest lives. */
  city: string;
  /** The number of the guest's identity document (DUI) or passport. */
  dui_passport: string;
  /** The guest's nationality. */
  nationality: string;
  /** Arrival, in the hotel's calendar; today or later. */
  check_in_date: string;
  /** Departure, after the arrival; at most 30 nights. */
  check_out_date: string;
  /** The package, as `GET /v1/property` spells it. */
  package_type: string;
  /** The single form: the room's type. */
  bungalow_type?: string | null;
  /** The single form: guests of 11 years and more. */
  adults: number;
  /** The single form: children of 0 to 5 years. */
  children_0_5: number;
  /** The single form: children of 6 to 10 years. */
  children_6_10: number;
  /** The single form: extra beds, exactly as many as the guests need. */
  extra_beds?: number | null;
  /** The single form: what the extra beds cost, exactly as the tariff has it. */
  extra_beds_cost?: number | null;
  /** How it was paid. */
  payment_method: "CompraClick" | "Depósito BAC";
  /** The payment's authorisation number; with `CompraClick` only. */
  authorization_number?: string | null;
  /** The transfer's number; with `Depósito BAC` only. */
  transfer_id?: string | null;
  /** What shows that the caller has the payment before them; required of the public. */
  payment_evidence?: EvidenceBody | null;
  /** How much of the payment to take; left out, it is the total, or what is left if that covers the deposit. */
  payment_amount?: number | null;
  /** Who paid, as the payment says it. */
  payment_maker_name: string;
  /** The WhatsApp id of the guest: the digits of an international number. Required of the assistant. */
  wa_id: string;
  /** The claim that validating the payment opened; left out, the guest's own open claim is taken, or a new one. */
  claim?: string | null;
  /** The signed quote whose price is to be kept; the rooms must be exactly its rooms. */
  quote?: string | null;
  /** The booking that left guests without a room, where this one is for them. */
  follows?: string | null;
  /** `true`: no room unless all of them. */
  all_or_nothing?: boolean | null;
  /** `true`: staff waive the deposit. */
  force_process?: boolean | null;
  /** `true`: make it although an equal booking lives. Only after the guest has said that they want one more. */
  confirm_another?: boolean | null;
  /** What the guest asks of the hotel, in their words. */
  customer_instructions?: string | null;
  /** Not in this form. */
  bookings?: null;
}

export interface GetBookingRequest {
  /** The booking. */
  booking_id: string;
  /** The WhatsApp id of its guest: the digits of an international number. */
  wa_id: string;
}

export interface PayBalanceRequest {
  /** The booking. */
  booking_id: string;
  /** How it was paid. */
  payment_method: "CompraClick" | "Depósito BAC";
  /** The payment's authorisation number; with `CompraClick` only. */
  authorization_number?: string | null;
  /** The transfer's number; with `Depósito BAC` only. */
  transfer_id?: string | null;
  /** How much of it to take; left out, the balance. */
  payment_amount?: number | null;
  /** Who paid, as the payment says it. */
  payment_maker_name: string;
  /** The WhatsApp id of the booking's guest: the digits of an international number. */
  wa_id: string;
}

export interface RequestCancellationRequest {
  /** The booking. */
  booking_id: string;
  /** The rooms to cancel, by their `line` in the booking, from 1; left out, all of them. */
  rooms?: number[] | null;
  /** Why, in the guest's words. */
  reason?: string | null;
  /** The WhatsApp id of the booking's guest: the digits of an international number. */
  wa_id: string;
}

export interface SettingsDocument {
  /** The hotel's id. */
  id: string;
  /** The hotel's name. */
  name: string;
  /** Its currency (ISO 4217), of two decimals. */
  currency: string;
  /** Minutes that its clocks are ahead of UTC. */
  utc_offset_minutes: number;
  /** The languages that guests are addressed in; left out, both. */
  languages?: ("es" | "en")[] | null;
  /** What is set before a reservation's code where it is shown. */
  reservation_code_prefix?: string | null;
  /** The room types, in the hotel's order. */
  room_types: RoomTypeBody[];
  /** The packages that stays are sold in. */
  packages: string[];
  /** What a night costs. Of the rows that match a night the most specific wins. */
  tariff: RowBody[];
  /** What must be paid when booking, in percent of the total. */
  deposit_percent?: number | null;
  /** How long a validated payment stays set aside, in milliseconds. */
  claim_ttl_ms?: number | null;
  /** How long rooms are held while they are booked, in milliseconds. */
  hold_ttl_ms?: number | null;
  /** How long a booking is waited for before it is answered as still running, in milliseconds. */
  wait_ms?: number | null;
  /** How long a quote keeps its price, in milliseconds. */
  quote_ttl_ms?: number | null;
  /** When a payment that is not there yet is looked for again: milliseconds after it was first asked for, ascending. */
  payment_checks_ms?: number[] | null;
  /** The most characters of a reservation's code. */
  reservation_code_length_max?: number | null;
  /** The most characters of a payment's column `codreser`. */
  codreser_length_max?: number | null;
  /** The first code of the embedded reservation book. */
  reservation_code_first?: number | null;
  /** The most rooms that one phone may have under way at once, beside its first booking. */
  phone_rooms_max?: number | null;
  /** The same for one client of the public route. */
  client_rooms_max?: number | null;
  /** The most of the hotel's rooms that either may have under way for the same night, in percent. */
  share_percent_max?: number | null;
  /** How guests reach the reception. */
  reception_contact?: string | null;
}

export interface RoomTypeBody {
  /** The type, as it is sent (`bungalow_type`). */
  id: string;
  /** What guests read. */
  name: LocalizedBody;
  /** Its rooms, in the order of their places. */
  rooms: string[];
  /** Guests of 11 and more, without extra beds. */
  max_adults: number;
  /** Children, without extra beds. */
  max_children: number;
  /** Everyone, without extra beds. */
  max_guests: number;
  /** Extra beds that it takes. */
  max_extra_beds: number;
  /** The packages that it is sold in; left out, all. */
  packages?: string[] | null;
}

export interface LocalizedBody {
  /** In Spanish. */
  es?: string | null;
  /** In English. */
  en?: string | null;
}

export interface RowBody {
  /** A type's id, or `*`. */
  room_type: "*" | string;
  /** A package, or `*`. */
  package: "*" | string;
  /** The season's first night. */
  from: string;
  /** The season's last night, itself included. */
  to: string;
  /** `*`, or a list of `mon` to `sun`. */
  weekdays: "*" | ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
  /** For the room. */
  room: string;
  /** For each guest of 11 and more. */
  adult: string;
  /** For each child of 0 to 5. */
  children_0_5: string;
  /** For each child of 6 to 10. */
  children_6_10: string;
  /** For each extra bed. */
  extra_bed: string;
}

export interface PaymentsFile {
  /** The payments. */
  payments: PaymentBody[];
}

export interface PaymentBody {
  /** How it was paid. */
  payment_method: "CompraClick" | "Depósito BAC";
  /** The authorisation number; with `CompraClick` only. */
  authorization_number?: string | null;
  /** The transfer's number; with `Depósito BAC` only. */
  transfer_id?: string | null;
  /** How much was paid. */
  amount: number;
  /** In this currency (ISO 4217). */
  currency: string;
  /** Who paid. */
  payment_maker_name: string;
  /** When. */
  payment_date: string;
}

export interface Resolution {
  /** The booking's line that it is about, from 1; left out, the payment or the case itself. */
  line?: number | null;
  /** The reservation that there is for the line; left out, there is none. */
  found?: FoundBody | null;
  /** What staff found out and did. */
  note: string;
}

export interface FoundBody {
  /** The reservation's code, with the hotel's prefix or without. */
  reserva: string;
  /** The room. */
  room_number: string;
}
