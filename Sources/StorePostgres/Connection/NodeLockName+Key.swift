import BulkModel
import Engine

extension NodeLockName {
    /// The advisory lock's number: the same in every node of every version, so the hash is FNV-1a of 64 bits
    /// (draft-eastlake-fnv), not Swift's.
    var key: Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 {
            hash ^= UInt64(byte)
            hash &*= 0x0000_0100_0000_01B3
        }
        return Int(truncatingIfNeeded: hash)
    }

    private var text: String {
        switch self {
        case .upload(let job): "upload \(job.text)"
        case .query(let job): "query \(job.text)"
        case .reply(let key): "reply \(key.digest) \(key.tenant.text)"
        }
    }
}
