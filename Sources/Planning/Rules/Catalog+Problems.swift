extension Catalog {
    /// What in the configuration the database does not bear out, a sentence each; empty when all is well.
    ///
    /// For `serve`, which refuses to start with any, and for `doctor`.
    package var problems: [String] {
        rules.keys.sorted().flatMap { name -> [String] in
            guard let table = tables[name] else { return [missingTable(name)] }
            return rules(of: name).problems(in: table)
        }
    }

    private func missingTable(_ name: String) -> String {
        let nearest = NearestName.of(name, among: tables.keys.sorted())
        let hint = nearest.map { "; did you mean \"\($0)\"?" } ?? "."
        return "tables.\(name): the database has no table \"\(name)\"\(hint)"
    }
}
