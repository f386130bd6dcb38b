import Foundation

extension BulkClient {
    /// Looks at the job until it says what it waits for, or has ended: then nil.
    func wait(of job: String) async throws -> [String: Any]? {
        var reason: [String: Any]?
        try await Patience.until("job \(job) tells what it waits for") {
            let answer = try await send("GET", "/bulk/jobs/\(job)?wait=1")
            reason = answer.json["waiting_for"] as? [String: Any]
            return reason != nil || answer["state"] == "JobComplete" || answer["state"] == "Failed"
        }
        return reason
    }
}
