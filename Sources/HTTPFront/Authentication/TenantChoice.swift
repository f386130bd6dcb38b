import BulkModel

/// Which of a credential's tenants a request is for (`X-Tenant-ID` chooses).
struct TenantChoice {
    /// Taken when the request names none; nil: it must name one.
    var standard: TenantID?
    var others: [TenantID]

    /// The tenant that the request is for; `header` is its `X-Tenant-ID`. FORBIDDEN for one that is not the credential's.
    func choose(header: String?) throws(Refusal) -> TenantID {
        guard let name = header, !name.isEmpty else {
            if let standard { return standard }
            throw Refusal(
                .invalidRequest, issue: "tenant_required",
                "The credential may act for several tenants; name one with the header X-Tenant-ID.")
        }
        let wanted = TenantID(name)
        guard wanted == standard || others.contains(wanted) else {
            throw Refusal(
                .forbidden, issue: "foreign_tenant",
                "The credential may not act for the tenant in X-Tenant-ID.")
        }
        return wanted
    }
}
