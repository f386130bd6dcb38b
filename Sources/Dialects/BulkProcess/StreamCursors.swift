import BulkModel

/// Makes and reads the cursors of one tenant's operations on one table: an operation and the last record told.
struct StreamCursors {
    private let token: SignedToken
    private let context: [String]

    init(signer: any Signer, tenant: TenantID, table: String) {
        token = SignedToken(signer: signer)
        context = ["bulk-process", tenant.text, table]
    }

    /// The cursor behind this record (from 1; 0: before the first).
    func make(_ job: JobID, behind record: Int) -> String {
        token.make([job.text, String(record)], context: context)
    }

    /// What the cursor stands for; INVALID_REQUEST when it was altered or made elsewhere.
    func read(_ cursor: String) throws(Refusal) -> (id: JobID, behind: Int) {
        guard let fields = token.read(cursor, context: context), fields.count == 2,
            let record = Int(fields[1]), record >= 0
        else {
            let message = "Must be a cursor as this table's streams of yours sent it, unchanged."
            throw Refusal(
                .invalidRequest, issue: "invalid_cursor", "resumeFrom: \(message)",
                details: [Refusal.Detail(field: "resumeFrom", code: .invalidRequest, message: message)])
        }
        return (JobID(fields[0]), record)
    }
}
