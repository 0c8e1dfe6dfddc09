using System.Buffers;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Webhooks.Sqlite.Connections;

/// <summary>
/// A prepared statement that is used again and again. <see cref="SqliteCommand"/> looks every parameter up by name and makes
/// a reader on each execution, which costs more than the statements of the hot path themselves.
/// </summary>
/// <remarks>
/// Values are bound in order: <c>statement.Bind(tenant).Bind(id).Execute()</c>. Every way to run it leaves it ready for the
/// next use. SQLite keeps what is bound, so a value that a parameter has already is not bound again: most of them repeat.
/// </remarks>
internal sealed class Statement : IDisposable
{
    private const int PreparePersistent = 1;
    private const int StackLimit = 512;

    private readonly sqlite3 _db;
    private readonly sqlite3_stmt _handle;
    private readonly BoundValue[] _values;
    private int _bound;

    public Statement(sqlite3 db, string sql)
    {
        _db = db;
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v3(db, sql, PreparePersistent, out _handle), db);
        _values = new BoundValue[raw.sqlite3_bind_parameter_count(_handle)];
    }

    public Statement Bind(long value) =>
        IsBound(BoundValue.Of(value)) ? this : Checked(raw.sqlite3_bind_int64(_handle, _bound, value));

    public Statement Bind(long? value) => value is { } number ? Bind(number) : BindNull();

    public Statement Bind(bool value) => Bind(value ? 1L : 0L);

    public Statement Bind(DateTimeOffset value) => Bind(value.ToUnixTimeMilliseconds());

    public Statement Bind(DateTimeOffset? value) => Bind(value?.ToUnixTimeMilliseconds());

    public Statement Bind(TimeSpan value) => Bind((long)value.TotalMilliseconds);

    public Statement Bind(ReadOnlySpan<byte> value)
    {
        IsBound(BoundValue.Other);
        return Checked(
            value.IsEmpty
                ? raw.sqlite3_bind_zeroblob(_handle, _bound, 0) // An empty span would be bound as NULL.
                : raw.sqlite3_bind_blob(_handle, _bound, value));
    }

    public Statement Bind(string? value)
    {
        if (value is null)
        {
            return BindNull();
        }

        if (IsBound(BoundValue.Of(value)))
        {
            return this;
        }

        var size = Encoding.UTF8.GetMaxByteCount(value.Length);
        if (size <= StackLimit)
        {
            Span<byte> bytes = stackalloc byte[StackLimit];
            return BindText(bytes[..Encoding.UTF8.GetBytes(value, bytes)]);
        }

        var rented = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            return BindText(rented.AsSpan(0, Encoding.UTF8.GetBytes(value, rented)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Runs it to its end.</summary>
    /// <returns>How many rows it inserted, changed or deleted.</returns>
    public int Execute()
    {
        try
        {
            while (Step())
            {
            }

            return raw.sqlite3_changes(_db);
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>Reads all rows.</summary>
    public List<T> Read<T>(Func<Statement, T> read)
    {
        try
        {
            var rows = new List<T>();
            while (Step())
            {
                rows.Add(read(this));
            }

            return rows;
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>Reads the one row, or the default where there is none.</summary>
    public T? ReadOne<T>(Func<Statement, T> read)
    {
        try
        {
            T? result = default;
            while (Step())
            {
                result = read(this);
            }

            return result;
        }
        finally
        {
            Reset();
        }
    }

    public bool IsNull(int column) => raw.sqlite3_column_type(_handle, column) == raw.SQLITE_NULL;

    public long Int64(int column) => raw.sqlite3_column_int64(_handle, column);

    public long? NullableInt64(int column) => IsNull(column) ? null : Int64(column);

    public int Int32(int column) => raw.sqlite3_column_int(_handle, column);

    public int? NullableInt32(int column) => IsNull(column) ? null : Int32(column);

    public DateTimeOffset Time(int column) => DateTimeOffset.FromUnixTimeMilliseconds(Int64(column));

    public DateTimeOffset? NullableTime(int column) => IsNull(column) ? null : Time(column);

    public string Text(int column) => Encoding.UTF8.GetString(raw.sqlite3_column_blob(_handle, column));

    public string? NullableText(int column) => IsNull(column) ? null : Text(column);

    public byte[] Bytes(int column) => raw.sqlite3_column_blob(_handle, column).ToArray();

    public void Dispose() => _handle.Dispose();

    private Statement BindNull() => IsBound(BoundValue.Null) ? this : Checked(raw.sqlite3_bind_null(_handle, _bound));

    private Statement BindText(ReadOnlySpan<byte> utf8) => Checked(
        utf8.IsEmpty
            ? raw.sqlite3_bind_text(_handle, _bound, string.Empty) // An empty span would be bound as NULL.
            : raw.sqlite3_bind_text(_handle, _bound, utf8));

    /// <summary>Moves on to the next parameter, and tells whether it has the value already.</summary>
    private bool IsBound(BoundValue value)
    {
        ref var bound = ref _values[_bound++];
        if (bound.IsSame(value))
        {
            return true;
        }

        bound = value;
        return false;
    }

    private Statement Checked(int resultCode)
    {
        if (resultCode != raw.SQLITE_OK)
        {
            Array.Clear(_values);
            _bound = 0;
            SqliteException.ThrowExceptionForRC(resultCode, _db);
        }

        return this;
    }

    private bool Step()
    {
        var resultCode = raw.sqlite3_step(_handle);
        if (resultCode is raw.SQLITE_ROW or raw.SQLITE_DONE)
        {
            return resultCode == raw.SQLITE_ROW;
        }

        SqliteException.ThrowExceptionForRC(resultCode, _db);
        return false;
    }

    private void Reset()
    {
        _bound = 0;
        _ = raw.sqlite3_reset(_handle); // It repeats the error of the last step.
    }
}
