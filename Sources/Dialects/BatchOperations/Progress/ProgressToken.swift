import BulkModel

/// What a browser's `EventSource` sends in the address because it cannot send a header: right to one job's progress, for a
/// minute.
///
/// Form: `{payload}.{signature}`, the payload base64url of job, tenant and the end in Unix seconds, parted by line ends.
struct ProgressToken {
    let job: JobID
    let tenant: TenantID
    let expiresAt: Timestamp

    private static let purpose = SigningPurpose.progress

    init(job: Job, now: Timestamp, lifetime: Duration) {
        self.job = job.id
        tenant = job.spec.tenant
        expiresAt = Timestamp(unixSeconds: (now + lifetime).unixSeconds)
    }

    /// The token's text.
    func signed(by signer: any Signer) -> String {
        let fields = [job.text, tenant.text, String(expiresAt.unixSeconds)]
        let payload = Base64URL.encode(fields.joined(separator: "\n").utf8)
        let keyID = signer.keyID(for: Self.purpose)
        return "\(payload).\(signer.sign(Self.text(payload, keyID), for: Self.purpose))"
    }

    /// UNAUTHENTICATED unless the text is a token of ours for this job and not expired.
    init(_ text: String, job: JobID, now: Timestamp, signer: any Signer) throws(Refusal) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let keyID = signer.keyID(for: Self.purpose)
        guard parts.count == 2, let bytes = Base64URL.decode(parts[0]),
            signer.verify(
                String(parts[1]), of: Self.text(String(parts[0]), keyID), for: Self.purpose, keyID: keyID)
        else { throw Self.refusal("The token is not ours; use it exactly as it was given.") }
        let fields = String(decoding: bytes, as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false)
        guard fields.count == 3, let seconds = Int64(fields[2]), fields[0] == job.text else {
            throw Self.refusal("The token is another job's.")
        }
        self.job = job
        tenant = TenantID(String(fields[1]))
        expiresAt = Timestamp(unixSeconds: seconds)
        guard now < expiresAt else {
            throw Self.refusal("The token has expired; POST /v1/jobs/\(job)/progress-token gives a new one.")
        }
    }

    /// Who the bearer of a token is: nobody but one who may look.
    var caller: Caller { Caller(credential: "progress-token", tenant: tenant, scopes: [.read]) }

    private static func text(_ payload: String, _ keyID: String) -> [UInt8] {
        Array("progress v1\n\(keyID)\n\(payload)".utf8)
    }

    private static func refusal(_ message: String) -> Refusal {
        Refusal(.unauthenticated, issue: "invalid_token", message)
    }
}
