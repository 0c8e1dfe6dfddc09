using System.Diagnostics.CodeAnalysis;
using Npgsql;
using NpgsqlTypes;

namespace Webhooks.PostgreSql.Connections;

/// <summary>Statements with parameters by position, and rows by column.</summary>
internal static class SqlExtensions
{
    /// <summary>A statement of the library's own text; values are parameters.</summary>
    [SuppressMessage("Security", "CA2100", Justification = "The texts are this library's own; the schema's name is checked.")]
    public static NpgsqlBatchCommand Statement(string sql) => new(sql);

    /// <summary>Sets the text of a statement that was put together from the library's own texts.</summary>
    [SuppressMessage("Security", "CA2100", Justification = "The texts are this library's own; the schema's name is checked.")]
    public static NpgsqlBatchCommand WithSql(this NpgsqlBatchCommand statement, string sql)
    {
        statement.CommandText = sql;
        return statement;
    }

    /// <summary>Adds the next parameter.</summary>
    public static NpgsqlBatchCommand With(this NpgsqlBatchCommand statement, NpgsqlDbType type, object? value)
    {
        statement.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = type, Value = value ?? DBNull.Value });
        return statement;
    }

    public static NpgsqlBatchCommand WithText(this NpgsqlBatchCommand statement, string? value) =>
        statement.With(NpgsqlDbType.Text, value);

    public static NpgsqlBatchCommand WithTime(this NpgsqlBatchCommand statement, DateTimeOffset? value) =>
        statement.With(NpgsqlDbType.TimestampTz, value?.UtcDateTime);

    public static NpgsqlBatchCommand WithInt(this NpgsqlBatchCommand statement, int? value) =>
        statement.With(NpgsqlDbType.Integer, value);

    public static NpgsqlBatchCommand WithKey(this NpgsqlBatchCommand statement, Guid? value) =>
        statement.With(NpgsqlDbType.Uuid, value);

    /// <summary>Adds an array with a value for each item.</summary>
    public static NpgsqlBatchCommand WithArray<TItem, T>(
        this NpgsqlBatchCommand statement, NpgsqlDbType type, IReadOnlyList<TItem> items, Func<TItem, T> value) =>
        statement.WithColumn(type, Fill(items, value));

    /// <summary>Adds an array with a value for each item, or none where no item has one: columns of none are null too.</summary>
    public static NpgsqlBatchCommand WithArrayOrNone<TItem, T>(
        this NpgsqlBatchCommand statement, NpgsqlDbType type, IReadOnlyList<TItem> items, Func<TItem, T> value)
    {
        var column = Fill(items, value);
        if (column.Exists(static item => item is not null))
        {
            return statement.WithColumn(type, column);
        }

        column.Dispose();
        return statement.With(NpgsqlDbType.Array | type, value: null);
    }

    public static NpgsqlBatchCommand WithTexts<TItem>(
        this NpgsqlBatchCommand statement, IReadOnlyList<TItem> items, Func<TItem, string?> value) =>
        statement.WithArray(NpgsqlDbType.Text, items, value);

    /// <inheritdoc cref="WithArrayOrNone"/>
    public static NpgsqlBatchCommand WithTextsOrNone<TItem>(
        this NpgsqlBatchCommand statement, IReadOnlyList<TItem> items, Func<TItem, string?> value) =>
        statement.WithArrayOrNone(NpgsqlDbType.Text, items, value);

    public static NpgsqlBatchCommand WithTimes<TItem>(
        this NpgsqlBatchCommand statement, IReadOnlyList<TItem> items, Func<TItem, DateTimeOffset?> value) =>
        statement.WithArray(NpgsqlDbType.TimestampTz, items, item => value(item)?.UtcDateTime);

    /// <inheritdoc cref="WithArrayOrNone"/>
    public static NpgsqlBatchCommand WithTimesOrNone<TItem>(
        this NpgsqlBatchCommand statement, IReadOnlyList<TItem> items, Func<TItem, DateTimeOffset?> value) =>
        statement.WithArrayOrNone(NpgsqlDbType.TimestampTz, items, item => value(item)?.UtcDateTime);

    /// <inheritdoc cref="WithArrayOrNone"/>
    public static NpgsqlBatchCommand WithFlagsOrNone<TItem>(
        this NpgsqlBatchCommand statement, IReadOnlyList<TItem> items, Func<TItem, bool?> value) =>
        statement.WithArrayOrNone(NpgsqlDbType.Boolean, items, value);

    public static NpgsqlBatchCommand WithInts<TItem>(
        this NpgsqlBatchCommand statement, IReadOnlyList<TItem> items, Func<TItem, int?> value) =>
        statement.WithArray(NpgsqlDbType.Integer, items, value);

    public static NpgsqlBatchCommand WithKeys<TItem>(
        this NpgsqlBatchCommand statement, IReadOnlyList<TItem> items, Func<TItem, Guid> value) =>
        statement.WithArray(NpgsqlDbType.Uuid, items, value);

    public static string? NullableText(this NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetString(column);

    public static int? NullableInt(this NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetInt32(column);

    public static DateTimeOffset Time(this NpgsqlDataReader row, int column) =>
        new(row.GetDateTime(column), TimeSpan.Zero);

    public static DateTimeOffset? NullableTime(this NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.Time(column);

    public static byte[] Bytes(this NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? [] : row.GetFieldValue<byte[]>(column);

    private static ReusedList<T> Fill<TItem, T>(IReadOnlyList<TItem> items, Func<TItem, T> value)
    {
        var column = ReusedList<T>.Take();
        for (var i = 0; i < items.Count; i++)
        {
            column.Add(value(items[i]));
        }

        return column;
    }

    private static NpgsqlBatchCommand WithColumn<T>(this NpgsqlBatchCommand statement, NpgsqlDbType type, ReusedList<T> column)
    {
        statement.Parameters.Add(new NpgsqlParameter<List<T>> { NpgsqlDbType = NpgsqlDbType.Array | type, TypedValue = column });
        return statement;
    }
}
