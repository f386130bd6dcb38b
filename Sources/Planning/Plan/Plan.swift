package import BulkModel

/// What will be done to each record of one job: worked out once, from what was asked and what the database has.
package struct Plan: Sendable {
    package let operation: BulkModel.Operation
    package let table: TableDescription
    /// The batch's columns in field order, each with what it becomes; same count as `RecordBatch.columns`.
    package let inputs: [Input]
    /// Names of the inputs: the header as it came, or for JSON the keys to pick (`InputShape.columns`).
    package let inputNames: [String]
    /// Table columns that identify a record for update, upsert and delete (the tenant column not among them).
    package let key: [String]
    /// Fills (and on update, upsert and delete also confines to) the caller's rows, when the table has a tenant column.
    package let tenant: Tenant?
    /// Outer spaces of values are trimmed, enumerations taken in any case, and unknown keys of JSON records read over.
    package let isLenient: Bool
    /// What the server makes for new records that do not bring it.
    package let fills: [Fill]
    /// Nil when the upload is not made of results, as far as its names tell.
    package let earlierResult: EarlierResult?

    /// One column of the input.
    package enum Input: Hashable, Sendable {
        /// Goes into this table column.
        case column(PlannedColumn)
        /// Begins with `_`, or the operation does not need it: read over.
        case ignored
        /// Names the tenant column: must equal the caller's tenant.
        case tenantCheck
    }

    /// A column that the server fills in new records.
    package struct Fill: Hashable, Sendable {
        package let column: PlannedColumn
        package let kind: Kind

        /// What it holds.
        package enum Kind: Hashable, Sendable {
            /// An id that begins so.
            case id(prefix: String)
            /// The time of the write, as a timestamp or as a day.
            case time, date
        }
    }

    /// The tenant column and the value that this job's rows have in it.
    package struct Tenant: Hashable, Sendable {
        package let column: String
        package let value: TenantID

        package init(column: String, value: TenantID) {
            self.column = column
            self.value = value
        }
    }

    package init(
        operation: BulkModel.Operation, table: TableDescription, inputs: [Input], key: [String],
        tenant: Tenant?,
        inputNames: [String] = [], isLenient: Bool = false, fills: [Fill] = [],
        earlierResult: EarlierResult? = nil
    ) {
        self.operation = operation
        self.table = table
        self.inputs = inputs
        self.inputNames = inputNames
        self.key = key
        self.tenant = tenant
        self.isLenient = isLenient
        self.fills = fills
        self.earlierResult = earlierResult
    }

    /// The table columns that the input brings, in input order, then those that only the server fills: the columns of each
    /// `BoundBatch`.
    package var columns: [PlannedColumn] {
        let brought = inputs.compactMap { input -> PlannedColumn? in
            guard case .column(let planned) = input else { return nil }
            return planned
        }
        return brought
            + fills.map(\.column).filter { fill in
                !brought.contains { $0.column.name == fill.column.name }
            }
    }

    /// The column whose values in new records the server makes, nil for none.
    package var idColumn: String? {
        fills.first { if case .id = $0.kind { true } else { false } }?.column.column.name
    }
}
