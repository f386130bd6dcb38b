/// The texts that sample rows are made of, as bytes, so that no row makes a string.
enum SampleWords {
    static let products = bytes([
        "Anvil", "Bolt cutter", "Cargo net", "Deck lamp", "Eye bolt", "Fender", "Gantry hook", "Hand winch",
        "Iron shackle", "Jib crane", "Kedge anchor", "Lashing strap", "Mooring rope", "Nautical chart",
        "Oil lantern", "Pallet jack", "Quay ladder", "Rope ladder", "Signal flag", "Tarpaulin", "Wire sling",
    ])
    static let statuses = bytes(["pending", "paid", "shipped", "delivered", "cancelled"])
    static let notes = bytes([
        "gift", "call before delivery", "leave at gate 4", "fragile", "Gruß aus Köln", "回头客",
    ])
    /// Holds a comma, so that CSV must quote it.
    static let commaNote = Array("deliver mornings, not Mondays".utf8)
    static let givenNames = bytes([
        "Ada", "Björn", "Chidi", "Dolores", "Émile", "Fatima", "Grace", "Hiroshi", "Ingrid", "João", "Kofi",
        "Lena",
    ])
    static let familyNames = bytes([
        " Abara", " Brandt", " Castillo", " Dubois", " Eriksen", " Fischer", " García", " Haddad", " Ito",
        " Jansen",
    ])
    static let emailHead = Array("customer".utf8)
    static let emailTail = Array("@example.com".utf8)
    static let orderHead = Array("order-".utf8)
    /// When held locks end.
    static let farFuture = Array("2099-12-31T23:59:59Z".utf8)
    static let longAgo = Array("2023-06-30T12:00:00Z".utf8)

    private static func bytes(_ words: [String]) -> [[UInt8]] { words.map { Array($0.utf8) } }
}
