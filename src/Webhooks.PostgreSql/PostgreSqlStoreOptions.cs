namespace Webhooks.PostgreSql;

/// <summary>The settings of the PostgreSQL store. They are checked when the host starts.</summary>
public sealed class PostgreSqlStoreOptions
{
    /// <summary>
    /// The schema that holds the tables: 1 to 40 of <c>a-z 0-9 _</c>, the first no digit. It is made where there is none.
    /// Default: <c>webhooks</c>.
    /// </summary>
    public string Schema { get; set; } = "webhooks";

    /// <summary>
    /// Whether the tables are made, and brought up to date, when the host starts. Without, the host starts only if they are
    /// up to date; <see cref="PostgreSqlSchema.Script"/> has the SQL. Default: true.
    /// </summary>
    public bool MigrateAtStart { get; set; } = true;

    /// <summary>
    /// The time that one partition of messages, deliveries and attempts covers: whole hours, from 1 hour to 31 days. Retention
    /// drops whole partitions. A change applies to partitions that are made from then on. Default: 1 day.
    /// </summary>
    public TimeSpan PartitionLength { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long the database may take for a command before it is given up: 1 second to 10 minutes. Default: 30 seconds.</summary>
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
