import BulkModel

@testable import Dialects

extension RecordLists {
    /// Lists of the tenant `t`.
    static let testing = RecordLists(signer: PlainSigner(), tenant: TenantID("t"), limits: Limits())
}
