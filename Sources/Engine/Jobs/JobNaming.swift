package import BulkModel

/// Makes job ids: `bulk-job-` and 20 characters of lower-case base32, 100 random bits.
package enum JobNaming {
    /// Every id begins so.
    package static let prefix = "bulk-job-"
    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567")

    /// Ids of streams begin so (spec 000, `X-Operation-Id`).
    package static let streamPrefix = "bulk-op-"

    /// A fresh id; `random` gives 64 random bits a call.
    package static func make(prefix: String = prefix, random: () -> UInt64) -> JobID {
        var text = prefix
        for _ in 0..<2 {
            var bits = random()
            for _ in 0..<10 {
                text.append(alphabet[Int(bits & 31)])
                bits >>= 5
            }
        }
        return JobID(text)
    }
}
