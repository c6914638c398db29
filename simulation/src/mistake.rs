//! Programs with one mistake each. A simulation that does not catch them proves nothing about
//! those without.

/// A mistake that somebody could make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistake {
    /// The outbox believes the status 200 without a receipt.
    OutboxBelievesStatus,
    /// The outbox believes any receipt, also another letter's.
    OutboxBelievesAnyReceipt,
    /// The outbox gives up a letter when no answer comes.
    OutboxGivesUp,
    /// The outbox seals a letter anew when no answer comes, under a new id.
    OutboxSealsAgain,
    /// The outbox waits until a moment, also when the clock went back by years.
    OutboxTrustsItsClock,
    /// The tab sends before its device knows that it does.
    TabSendsBeforeWriting,
    /// The tab writes what it remembers over what another tab wrote.
    TabWritesOverOthers,
    /// Withdrawing a letter without receipt is done on the device alone.
    WithdrawalOnDeviceOnly,
    /// Withdrawing believes the first "no such letter".
    WithdrawalBelievesFirstAbsence,
    /// The office acknowledges before its disk has the letters.
    OfficeAcknowledgesBeforeStoring,
    /// The office goes on after the last row seen, whatever was stored.
    OfficeForgetsWhatItOwes,
    /// The office keeps what was withdrawn.
    OfficeKeepsWithdrawn,
    /// The relay answers before it has committed.
    RelayAnswersBeforeCommit,
}

impl Mistake {
    /// Every one.
    pub const ALL: [Self; 13] = [
        Self::OutboxBelievesStatus,
        Self::OutboxBelievesAnyReceipt,
        Self::OutboxGivesUp,
        Self::OutboxSealsAgain,
        Self::OutboxTrustsItsClock,
        Self::TabSendsBeforeWriting,
        Self::TabWritesOverOthers,
        Self::WithdrawalOnDeviceOnly,
        Self::WithdrawalBelievesFirstAbsence,
        Self::OfficeAcknowledgesBeforeStoring,
        Self::OfficeForgetsWhatItOwes,
        Self::OfficeKeepsWithdrawn,
        Self::RelayAnswersBeforeCommit,
    ];
}
