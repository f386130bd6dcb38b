package import BulkModel

/// Where the server listens and what bounds it.
package struct FrontSettings: Sendable {
    package var host: String
    /// 0 lets the system choose; `onBound` then tells.
    package var port: Int
    /// Base of absolute links, without a slash at the end; nil: from each request's `Host`.
    package var publicURL: String?
    package var limits: Limits
    /// Requests under way at shutdown may take this long to end.
    package var drainDuration = Duration.seconds(10)

    package init(host: String, port: Int, publicURL: String? = nil, limits: Limits = Limits()) {
        self.host = host
        self.port = port
        self.publicURL = publicURL
        self.limits = limits
    }

    /// The base of links for a request with this `Host`; one that is no plain authority is not repeated.
    func baseURL(host header: String?) -> String {
        if let publicURL { return publicURL.hasSuffix("/") ? String(publicURL.dropLast()) : publicURL }
        let allowed = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]_".utf8)
        guard let header, !header.isEmpty, header.utf8.allSatisfy(allowed.contains) else {
            return "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
        }
        return "http://\(header)"
    }
}
