import BulkModel
import Engine
import HTTPFront
import Planning

/// Everything a server needs to know before it starts; `Settings` says how it is found out.
struct ServePlan: Sendable {
    var database: DatabaseAddress
    var host: String
    /// 0 lets the system choose.
    var port: Int
    /// Base of absolute links, without a slash at the end; nil: from each request's `Host`.
    var publicURL: String?
    var uploadsPath: String
    var limits: Limits
    var rules: [String: TableRules]
    var jwt: JWTRules?
    var webhooks = WebhookSettings()
    /// Anybody on this machine may do everything.
    var isOpen: Bool

    /// Whom an open server takes everybody for, unless `X-Tenant-ID` says.
    static let openTenant = "default"

    var front: FrontSettings { FrontSettings(host: host, port: port, publicURL: publicURL, limits: limits) }

    func authentication(keys: any SecretStore) -> AuthenticationMode {
        guard isOpen else { return .credentials(keys: keys, jwt: jwt) }
        let caller = Caller(
            credential: "open", tenant: TenantID(Self.openTenant), scopes: Set(Caller.Scope.allCases))
        return .open(caller)
    }

    /// The address that this machine reaches it at, without a slash at the end.
    func baseURL(port: Int) -> String {
        publicURL ?? "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }
}
