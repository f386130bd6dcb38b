import BulkModel
import Engine
import Planning

/// `COPY` straight into the table.
struct DirectCopy {
    private let target: ChunkTarget
    private let made: MadeKeys?
    /// Where the batch has the column of the made keys; nil when no record brings one.
    private let madePlace: Int?
    /// Batch columns that are written, and the quoted names of all that are.
    private let places: [Int]
    private let names: [String]
    private let tenant: String?

    /// Nil when COPY cannot do it: row-level security refuses it, and it has no way to leave a default to
    /// some records only.
    init?(_ target: ChunkTarget, _ records: [Int], made: MadeKeys?) {
        guard !target.table.hasRowSecurity else { return nil }
        let shape = BatchShape(target.view, records)
        var places: [Int] = []
        for (place, planned) in target.columns.enumerated() where planned.column.name != made?.column {
            switch shape.presences[place] {
            case .none: continue
            case .all: places.append(place)
            case .some:
                guard target.defaultExpression(of: planned.column) == nil else { return nil }
                places.append(place)
            }
        }
        var names = places.map { target.columns[$0].column.name }
        if let made { names.append(made.column) }
        if let tenant = target.plan.tenant { names.append(tenant.column) }
        guard !names.isEmpty else { return nil }
        self.target = target
        self.made = made
        madePlace = made.flatMap { target.place(of: $0.column) }
        self.places = places
        self.names = names.map { SQLText.quoted($0) }
        tenant = target.plan.tenant.map { Parameter.storableText($0.value.text) }
    }

    /// When the database refuses nothing was written.
    func run(_ records: [Int]) throws -> Result<Void, ServerFailure> {
        try target.session.attempt {
            let count = try copy(records)
            guard count == records.count else { throw ServerFailure.drop }
            try target.session.run("SET CONSTRAINTS ALL IMMEDIATE")
        }
    }

    private func copy(_ records: [Int]) throws -> Int {
        let writer = RowWriter(target.view, target.columns)
        let sql = "COPY \(target.table.sqlName) (\(names.joined(separator: ", "))) FROM STDIN"
        return try target.session.copyIn(sql) { copy in
            for record in records {
                let row = target.view.row(record)
                var isFirst = true
                for place in places {
                    if !isFirst { copy.appendTab() }
                    isFirst = false
                    writer.write(row[place], of: place, to: &copy)
                }
                if let made {
                    if !isFirst { copy.appendTab() }
                    isFirst = false
                    if let key = made[record] {
                        copy.append(text: key)
                    } else if let madePlace {
                        writer.write(row[madePlace], of: madePlace, to: &copy)
                    }
                }
                if let tenant {
                    if !isFirst { copy.appendTab() }
                    copy.append(text: tenant)
                }
                copy.appendLineEnd()
                try copy.endRow()
            }
        }
    }
}
