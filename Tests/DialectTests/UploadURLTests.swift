import BulkModel
import Testing

@testable import Dialects

@Suite struct UploadURLTests {
    private let now = Timestamp(unixSeconds: 1_800_000_000)
    private let tenant = TenantID("t1")
    private let signer = PlainSigner()

    private func job(age: Duration = .zero) -> Job {
        let spec = JobSpec(tenant: tenant, dialect: "bulk-jobs", operation: .insert, table: "sales")
        return Job(id: JobID("bulk-job-1"), spec: spec, createdAt: now + (.zero - age))
    }

    private func issue(_ query: String, job: String = "bulk-job-1", tenant: TenantID?, at time: Timestamp)
        -> String?
    {
        do {
            let items = try QueryItems(parsing: query)
            let url = try UploadURL(job: JobID(job), query: items)
            try url.check(signature: items["sig"], tenant: tenant, now: time, by: signer)
            return nil
        } catch {
            return error.issue
        }
    }

    private var signedQuery: String {
        let url = UploadURL(for: job(), now: now, limits: Limits(), signer: signer)
        return String(url.signed(tenant: tenant, by: signer).split(separator: "?")[1])
    }

    @Test("an address has the form of the rules and is accepted as it is")
    func roundTrip() {
        #expect(signedQuery.hasPrefix("exp=1800000900&kid=k1&max=10737418240&type=text%2Fcsv&sig="))
        #expect(issue(signedQuery, tenant: tenant, at: now) == nil)
    }

    @Test("an address never outlives its job")
    func lifetime() {
        let old = job(age: .seconds(24 * 3600 - 60))
        let url = UploadURL(for: old, now: now, limits: Limits(), signer: signer)
        #expect(url.expiresAt == now + .seconds(60))
    }

    @Test("an expired address is refused and says so")
    func expired() {
        #expect(issue(signedQuery, tenant: tenant, at: now + .seconds(899)) == nil)
        #expect(issue(signedQuery, tenant: tenant, at: now + .seconds(900)) == "url_expired")
    }

    @Test("changing any part breaks the signature")
    func tampering() {
        let changes = [
            ("exp=1800000900", "exp=1800000901"), ("kid=k1", "kid=k2"),
            ("max=10737418240", "max=10737418241"),
            ("type=text%2Fcsv", "type=text%2Fxml"), ("sig=", "sig=x"),
        ]
        for (part, other) in changes {
            let query = signedQuery.replacing(part, with: other)
            #expect(issue(query, tenant: tenant, at: now) == "bad_signature", "\(other)")
        }
        #expect(issue(signedQuery, job: "bulk-job-2", tenant: tenant, at: now) == "bad_signature")
        #expect(issue(signedQuery, tenant: TenantID("t2"), at: now) == "bad_signature")
        #expect(issue(signedQuery, tenant: nil, at: now) == "bad_signature")
    }

    @Test("missing, oddly written and unknown parameters are refused")
    func form() {
        #expect(issue("", tenant: tenant, at: now) == "unsigned_url")
        #expect(
            issue(signedQuery.replacing("exp=1", with: "exp=+1"), tenant: tenant, at: now) == "unsigned_url")
        #expect(
            issue(signedQuery.replacing("exp=1", with: "exp=01"), tenant: tenant, at: now) == "unsigned_url")
        #expect(
            issue(signedQuery.replacing("exp=1", with: "exp=99999999991"), tenant: tenant, at: now)
                == "unsigned_url")
        #expect(issue(signedQuery + "&x=1", tenant: tenant, at: now) == "unknown_parameter")
        #expect(issue(signedQuery + "&max=1", tenant: tenant, at: now) == "invalid_parameter")
    }

    @Test(
        "the upload's Content-Type must be that of the address, or say nothing",
        arguments: [
            (nil, true), ("text/csv", true), ("Text/CSV; charset=utf-8", true), ("application/gzip", true),
            ("text/csv; header=present; charset=\"UTF8\"", true), ("text/csv;charset=US-ASCII", true),
            ("text/csv; charset=utf-16", false), ("text/csv; charset=ISO-8859-1", false),
            ("application/octet-stream; charset=windows-1252", false),
            ("application/x-www-form-urlencoded", true), ("application/json", false),
            ("multipart/form-data", false),
        ] as [(String?, Bool)])
    func mediaType(header: String?, isTaken: Bool) {
        do {
            try UploadMediaType.check(header, signed: "text/csv")
            #expect(isTaken)
        } catch {
            #expect(!isTaken)
            #expect(error.code == .unsupportedMediaType)
        }
    }

    @Test("Content-Encoding is gzip or identity, once")
    func encodings() throws {
        #expect(try UploadMediaType.compression(nil) == nil)
        #expect(try UploadMediaType.compression("identity") == nil)
        #expect(try UploadMediaType.compression("GZIP") == .gzip)
        for header in ["gzip, gzip", "br", "deflate"] {
            #expect(throws: Refusal.self) { try UploadMediaType.compression(header) }
        }
    }
}
