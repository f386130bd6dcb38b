import BulkModel
import HTTPFront
import Planning

/// Everything that can be configured, from file, environment and command line together.
struct Settings: Sendable {
    var database = DatabaseAddress.sqlite(path: "./breakbulk.db")
    var listen = ListenAddress.standard
    /// Base of absolute links, without a slash at the end; nil: from each request's `Host`.
    var publicURL: String?
    var uploadsPath = "./uploads"
    /// Anybody on this machine may do everything.
    var isOpen = false
    var jwt: JWTRules?
    var limits = Limits()
    var webhooks = WebhookSettings()
    /// Credits that each new tenant starts with; nil: unlimited.
    var creditsDefault: Int?
    var tables: [String: TableRules] = [:]

    /// Keys of the file that variables and options may override, each with its variable and its option.
    static let overridable = [
        (key: "database", variable: "BREAKBULK_DATABASE", option: "--database"),
        (key: "listen", variable: "BREAKBULK_LISTEN", option: "--listen"),
        (key: "public_url", variable: "BREAKBULK_PUBLIC_URL", option: "--public-url"),
        (key: "uploads.path", variable: "BREAKBULK_UPLOADS", option: "--uploads"),
    ]
}
