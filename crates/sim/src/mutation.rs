//! Bugs planted in the host and in the hotel's systems, to see that the simulator sees them.

macro_rules! mutations {
    ($($(#[doc = $doc:literal])+ $name:ident,)*) => {
        /// A planted bug.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Mutation {
            $($(#[doc = $doc])+ $name,)*
        }

        impl Mutation {
            /// All of them, with what they do.
            pub const ALL: &[(Self, &str)] = &[$((Self::$name, concat!($($doc),+)),)*];
        }
    };
}

mutations! {
    /// Rooms are selected as if the booking's own were free.
    SelectionIgnoresSiblings,
    /// The answer names the room first chosen, not the one booked.
    FirstRoomIsNamed,
    /// `used` is read, changed and written back, whatever was written meanwhile.
    UsedByReadModifyWrite,
    /// What other programs wrote between reading and writing is not noticed.
    RowNotCompared,
    /// `codreser` is set to the booking's codes alone.
    CodreserOverwritten,
    /// The money for failed rooms is kept.
    FailedMoneyKept,
    /// The first room gets the last one's share, and so on.
    SharesSwapped,
    /// A lost answer is taken for "certainly not done" and the room is asked for again.
    UnknownIsRetried,
    /// A lost answer is taken for a refusal and another room is tried.
    UnknownIsRefused,
    /// An unsuccessful look-up is taken for "there is none".
    LookUpErrorIsAbsent,
    /// A look-up that finds nothing is believed at once, before late commits can have happened.
    AbsentAtOnce,
    /// Effects are carried out before the journal is written.
    JournalLate,
    /// A restart loses the journal's last entries.
    JournalTruncated,
    /// After a restart nobody says that calls may have been under way.
    ResumedNotSaid,
    /// No alarm is set when a booking begins.
    NoFirstAlarm,
    /// An alarm whose handler was killed does not come again.
    AlarmOnce,
    /// After the first alarm no further one is set.
    DeadlineNotArmed,
    /// An instance that was replaced still writes into the journal.
    OldInstanceWrites,
    /// Every time a request is sent it becomes another booking.
    EveryTapBooks,
    /// An answer to an earlier try is taken for the present one's.
    AnswerToAnotherTry,
    /// Holding again for the same tries holds further rooms.
    RepeatedHoldTakesMore,
    /// Letting go of holds also lets go of what was booked.
    ReleaseTakesReservations,
    /// Letting go of holds does nothing.
    ReleaseDoesNothing,
    /// The embedded book does not look whether the room is held.
    BookWithoutHold,
    /// The embedded book does not recognise a repeated reference.
    BookForgetsReference,
    /// A booked room expires like a hold.
    BookKeepsExpiry,
    /// The embedded book's codes are not counted up.
    CodesAreNotCountedUp,
    /// A cancelled reservation keeps its nights.
    CancelKeepsNights,
    /// A cancel whose answer was lost is taken for done.
    LostCancelIsDone,
    /// A cancel that was refused is taken for done.
    RefusedCancelIsDone,
    /// A ledger write whose answer was lost is taken for done.
    LostWriteIsDone,
    /// A ledger write whose answer was lost is taken for refused.
    LostWriteIsRefused,
    /// A database that cannot be reached is taken for a payment that is not there.
    DatabaseAwayIsNotFound,
    /// A ledger write that lost its race is taken for done.
    LostRaceIsDone,
    /// A settlement is not recognised when it is repeated.
    SettledTwice,
    /// A claim is not recognised when it is repeated.
    ClaimedTwice,
    /// A room is booked without anything being claimed.
    ClaimMadeUp,
    /// The last room is left out when the rooms are paid.
    LastRoomNotPaid,
    /// An answer that nothing waits for is written down all the same.
    StaleIsWritten,
    /// What a cancelled room was paid is given back twice.
    ReversedTwice,
    /// What a cancelled room was paid is not given back.
    CancelledMoneyKept,
    /// A cancelled reservation's code stays in `codreser`.
    CancelledCodeKept,
    /// A follower is passed over as if it had come to nothing.
    FollowedTwice,
    /// A follower is accepted without its being written down.
    FollowNotWritten,
    /// A follower that is still under way is taken for one that came to nothing.
    FollowerUnderWayIsDead,
    /// A booking may follow another for more guests than were left without a room.
    FollowedForMore,
    /// A follower that was refused goes on.
    RefusedFollowIsTaken,
    /// A follower whose question was lost goes on.
    LostFollowIsTaken,
    /// Where all or nothing was asked for, nothing is cancelled.
    NothingCompensated,
    /// A reservation made by an instance that was killed is made again under a new reference.
    ReferenceNotKept,
    /// What a request is about is not looked at: a second key makes a second booking.
    NewKeyBooksAgain,
    /// A booking that was found to be over is taken for over although its request was sent again since.
    EndedIsBelieved,
    /// The sweeper does not set bookings going whose alarm is lost.
    LostAlarmIsNotSwept,
    /// The sweeper leaves reservations that nobody owns.
    StrayIsLeft,
    /// The sweeper cancels what a booking may still confirm.
    UndecidedIsCancelled,
    /// Who is to be told how it ended is told before the payment is settled.
    ToldTooEarly,
    /// A notice that was under way at a crash is taken for told.
    NoticeLostInCrash,
    /// A notice has another id every time it is told.
    NoticeRenamed,
    /// Only the first ending is told.
    ChangesAreNotTold,
    /// A notice whose answer was lost is taken for told.
    LostNoticeIsDone,
    /// A notice is given up because the receiver is away for a moment.
    NoticeGivenUpAtOnce,
}

/// Which bug is planted, if one is.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Planted(pub(crate) Option<Mutation>);

impl Planted {
    pub(crate) fn is(self, mutation: Mutation) -> bool {
        self.0 == Some(mutation)
    }
}
