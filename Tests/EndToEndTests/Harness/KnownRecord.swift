/// A record of a job whose outcome is known before the job begins.
struct KnownRecord {
    /// As the upload has it.
    var line: String
    /// An action, or a fault's code.
    var outcome: String
    /// The row of `items` with the record's number, cells parted by `|`; nil for none.
    var rowAfter: String?

    var isFault: Bool { outcome.first?.isUppercase == true }
}
