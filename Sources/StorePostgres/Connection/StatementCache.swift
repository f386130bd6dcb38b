/// The statements that a connection has prepared, by their text, least recently used first out.
///
/// A text is prepared when it comes a second time: what comes once, with names of its own, costs one round
/// trip.
struct StatementCache {
    /// What to do with a text.
    enum Plan: Equatable {
        /// Run it unprepared.
        case once
        /// Prepare it by this name, after dropping the other one.
        case prepare(name: String, dropping: String?)
        /// It is prepared.
        case ready(name: String)
    }

    /// Prepared statements a connection may have, and texts that it remembers to have seen once.
    static let preparedMax = 100

    private var names: [String: String] = [:]
    private var seen: Set<String> = []
    /// Texts of `names`, the latest used last.
    private var order: [String] = []
    private var nextNumber = 1

    mutating func plan(for sql: String) -> Plan {
        if let name = names[sql] {
            if order.last != sql { moveLast(sql) }
            return .ready(name: name)
        }
        guard seen.remove(sql) != nil else {
            if seen.count >= Self.preparedMax { seen.removeAll(keepingCapacity: true) }
            seen.insert(sql)
            return .once
        }
        let dropped = order.count < Self.preparedMax ? nil : names.removeValue(forKey: order.removeFirst())
        let name = "s\(nextNumber)"
        nextNumber += 1
        names[sql] = name
        order.append(sql)
        return .prepare(name: name, dropping: dropped)
    }

    /// It is prepared no more; gives its name.
    mutating func forget(_ sql: String) -> String? {
        order.removeAll { $0 == sql }
        return names.removeValue(forKey: sql)
    }

    private mutating func moveLast(_ sql: String) {
        guard let index = order.lastIndex(of: sql) else { return }
        order.append(order.remove(at: index))
    }
}
