import BulkModel

/// A signed address that takes one upload and needs no other credential.
///
/// Form: `PUT /v1/uploads/{job}?exp={unix}&kid={key}&max={bytes}&type={media}&sig={base64url}`, signed over
/// `v1\nPUT\n{path}\n{exp}\n{kid}\n{max}\n{type}\n{tenant}`.
struct UploadURL: Hashable {
    static let parameters: Set<String> = ["exp", "kid", "max", "type", "sig"]

    let job: JobID
    let expiresAt: Timestamp
    let keyID: String
    let bytesMax: Int
    let mediaType: String

    /// An address for the job that dies after the limits' lifetime, and never outlives the job.
    init(for job: Job, now: Timestamp, limits: Limits, signer: any Signer) {
        let end = min(now + limits.uploadURLLifetime, job.createdAt + limits.jobLifetime)
        self.job = job.id
        expiresAt = Timestamp(unixSeconds: end.unixSeconds)
        keyID = signer.keyID(for: .upload)
        bytesMax = limits.uploadBytesMax
        mediaType = MediaType.name(of: job.spec.format)
    }

    /// From a request's query; FORBIDDEN when a part is missing or not written as we write it.
    init(job: JobID, query: QueryItems) throws(Refusal) {
        try query.check(known: Self.parameters)
        guard let exp = query["exp"].flatMap(Self.canonical), let max = query["max"].flatMap(Self.canonical),
            let keyID = query["kid"], let mediaType = query["type"], query["sig"] != nil
        else {
            throw Refusal(
                .forbidden, issue: "unsigned_url",
                "This address is not signed; GET /v1/bulk/jobs/{job_id}/upload-url gives one that is.")
        }
        self.job = job
        expiresAt = Timestamp(unixSeconds: exp)
        self.keyID = keyID
        bytesMax = Int(max)
        self.mediaType = mediaType
    }

    /// Path and query with the signature.
    func signed(tenant: TenantID, by signer: any Signer) -> String {
        let signature = signer.sign(text(tenant), for: .upload)
        let type = mediaType.replacing("/", with: "%2F")
        return
            "\(path)?exp=\(expiresAt.unixSeconds)&kid=\(keyID)&max=\(bytesMax)&type=\(type)&sig=\(signature)"
    }

    /// FORBIDDEN unless the signature is ours for exactly this and not expired. A job that does not exist (`tenant` nil)
    /// is refused in the same words, so that the answer tells nothing about other people's jobs.
    func check(signature: String?, tenant: TenantID?, now: Timestamp, by signer: any Signer) throws(Refusal) {
        let text = text(tenant ?? TenantID(""))
        let isOurs = signer.verify(signature ?? "", of: text, for: .upload, keyID: keyID)
        guard isOurs, tenant != nil else {
            throw Refusal(
                .forbidden, issue: "bad_signature",
                "The signature of this address is not ours; use upload_url exactly as it was given.")
        }
        guard now < expiresAt else {
            throw Refusal(
                .forbidden, issue: "url_expired",
                "This address expired at \(expiresAt.rfc3339); GET /v1/bulk/jobs/\(job)/upload-url gives a new one."
            )
        }
    }

    private var path: String { "/v1/uploads/\(job)" }

    private func text(_ tenant: TenantID) -> [UInt8] {
        let seconds = expiresAt.unixSeconds
        return Array("v1\nPUT\n\(path)\n\(seconds)\n\(keyID)\n\(bytesMax)\n\(mediaType)\n\(tenant)".utf8)
    }

    /// A number as we write it: no sign, no leading zero; small enough that no sum of times overflows.
    private static func canonical(_ text: String) -> Int64? {
        guard let number = Int64(text), (0...(1 << 43)).contains(number), String(number) == text else {
            return nil
        }
        return number
    }
}
