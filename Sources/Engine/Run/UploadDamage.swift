import BulkModel

/// The stored upload is not what arrived: gone, too short, or with other bytes.
struct UploadDamage: Error, Hashable, Sendable {
    /// Where the first segment lies that cannot be trusted; record 0 when the whole file is gone.
    let position: Position
    /// What the system said, nil when only the checksum is wrong.
    let cause: FileError?

    /// True when nothing is wrong with the file, but the system cannot read it just now.
    var isPassing: Bool { cause.map { LocalFile.isPassing($0.number) } ?? false }

    /// What the job's owner is told.
    var reason: Job.Reason {
        let place =
            position.record == 0
            ? "cannot be opened"
            : "is damaged at record \(position.record), line \(position.line), byte \(position.byte)"
        return Job.Reason(
            code: .uploadDamaged,
            message: "The stored upload \(place); send the unprocessed records again.")
    }
}
