using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Webhooks.EntityFrameworkCore.Store.Model;

/// <summary>
/// The tables: integers, unique identifiers, texts and bytes, plain indexes, and nothing that only some databases have.
/// </summary>
/// <remarks>
/// Times are Unix milliseconds. A key is a hash of names (<see cref="RowKey"/>): what is looked up by name is looked up by its key,
/// which is as short for all names, and tells <c>a</c> from <c>A</c> whatever the collation of the database. No index has a text.
/// </remarks>
internal sealed class WebhookModel(ModelBuilder model, string? schema, string prefix)
{
    /// <summary>Tenant ids, event ids and ids of a host's own.</summary>
    private const int MaxName = 255;
    private const int MaxOwnId = 40;
    private const int MaxTraceParent = 55;
    private const int MaxPosition = 100;

    /// <summary>A few numbers, and an id of the host's.</summary>
    private const int MaxNote = MaxName + 100;

    public void Build()
    {
        BuildEndpoints();
        BuildMessages();
        BuildDeliveries();
        Table<RateRow>("rate", (rate, index) =>
        {
            rate.HasKey(row => row.Key);
            rate.Property(row => row.Key).ValueGeneratedNever();
            index("tenant", row => row.TenantKey);
        });
        Table<ReplayRow>("replay", (replay, index) =>
        {
            replay.HasKey(row => row.Seq);
            index("key", row => row.Key).IsUnique();
            index("due", row => new { row.Status, row.DueAt, row.Seq });
            index("completed", row => row.CompletedAt!);
            index("list", row => new { row.TenantKey, row.Seq });
            replay.Property(row => row.TenantId).HasMaxLength(MaxName);
            replay.Property(row => row.Id).HasMaxLength(MaxName).IsRequired();
            replay.Property(row => row.EndpointId).HasMaxLength(MaxName);
            replay.Property(row => row.EventType).HasMaxLength(MaxName);
            replay.Property(row => row.Position).HasMaxLength(MaxPosition);
            replay.Property(row => row.Status).IsConcurrencyToken();
            replay.Property(row => row.Turn).IsConcurrencyToken();
        });
    }

    private void BuildEndpoints()
    {
        Table<EndpointRow>("endpoint", (endpoint, index) =>
        {
            endpoint.HasKey(row => row.Seq);
            index("key", row => row.Key).IsUnique();
            index("list", row => new { row.TenantKey, row.CreatedAt, row.Seq });
            index("paused", row => row.PausedUntil!);
            index("secrets", row => row.SecretsExpireAt!);
            endpoint.Property(row => row.TenantId).HasMaxLength(MaxName);
            endpoint.Property(row => row.Id).HasMaxLength(MaxName).IsRequired();
            endpoint.Property(row => row.Version).IsConcurrencyToken();
        });
        Table<SubscriptionRow>("subscription", (subscription, index) =>
        {
            subscription.HasKey(row => row.Seq);
            index("pattern", row => row.PatternKey);
            index("endpoint", row => row.EndpointKey);
            index("tenant", row => row.TenantKey);
        });
    }

    private void BuildMessages()
    {
        Table<MessageRow>("message", (message, index) =>
        {
            message.HasKey(row => row.Seq);
            index("list", row => new { row.TenantKey, row.CreatedAt, row.Seq });
            index("created", row => row.CreatedAt);
            index("payload", row => row.PayloadKeptUntil!);
            message.Property(row => row.TenantId).HasMaxLength(MaxName);
            message.Property(row => row.Id).HasMaxLength(MaxName).IsRequired();
            message.Property(row => row.EventId).HasMaxLength(MaxName);
            message.Property(row => row.EventType).HasMaxLength(MaxName);
            message.Property(row => row.TestedEndpointId).HasMaxLength(MaxName);
            message.Property(row => row.TraceParent).HasMaxLength(MaxTraceParent);
        });
        Table<NameRow>("name", (name, index) =>
        {
            name.HasKey(row => row.Key);
            name.Property(row => row.Key).ValueGeneratedNever();
            index("message", row => row.MessageSeq);
            OfMessage(name.HasOne(row => row.Message).WithMany().HasForeignKey(row => row.MessageSeq), "name");
        });
    }

    private void BuildDeliveries()
    {
        Table<DeliveryRow>("delivery", (delivery, index) =>
        {
            delivery.HasKey(row => row.Seq);
            index("key", row => row.Key).IsUnique();
            index("message", row => new { row.MessageSeq, row.EndpointKey }).IsUnique();
            index("due", row => row.DueAt!);
            index("held", row => new { row.EndpointKey, row.Status, row.DueAt, row.MessageSeq, row.Seq });
            index("endpoint", row => new { row.EndpointKey, row.CreatedAt, row.MessageSeq, row.Seq });
            index("status", row => new { row.TenantKey, row.Status, row.CreatedAt, row.MessageSeq, row.Seq });
            index("list", row => new { row.TenantKey, row.CreatedAt, row.MessageSeq, row.Seq });
            OfMessage(delivery.HasOne(row => row.Message).WithMany().HasForeignKey(row => row.MessageSeq), "delivery");
            delivery.Property(row => row.EndpointId).HasMaxLength(MaxName);
            delivery.Property(row => row.Resend).HasMaxLength(MaxNote);
            delivery.Property(row => row.Status).IsConcurrencyToken();
            delivery.Property(row => row.AttemptCount).IsConcurrencyToken();
            delivery.Property(row => row.Owner).IsConcurrencyToken();
            delivery.Property(row => row.DueAt).IsConcurrencyToken();
        });
        Table<AttemptRow>("attempt", (attempt, index) =>
        {
            attempt.HasKey(row => row.Seq);
            index("delivery", row => new { row.DeliverySeq, row.Number }).IsUnique();
            index("started", row => row.StartedAt);
            attempt.Property(row => row.Id).HasMaxLength(MaxOwnId).IsRequired();
        });
    }

    /// <summary>Names do not follow from columns, so that no migration has to rename what has not changed.</summary>
    private void Table<TRow>(
        string name, Action<EntityTypeBuilder<TRow>, Func<string, Expression<Func<TRow, object?>>, IndexBuilder<TRow>>> build)
        where TRow : class =>
        model.Entity<TRow>(row =>
        {
            row.ToTable(prefix + name, schema);
            build(row, (purpose, columns) => row.HasIndex(columns).HasDatabaseName(Name("ix", name, purpose)));
        });

    /// <summary>A message goes when nothing of it is left, and takes nothing along.</summary>
    private void OfMessage<TRow>(ReferenceCollectionBuilder<MessageRow, TRow> relationship, string table)
        where TRow : class =>
        relationship.HasConstraintName(Name("fk", table, "message")).OnDelete(DeleteBehavior.Restrict);

    private string Name(string kind, string table, string purpose) => $"{kind}_{prefix}{table}_{purpose}";
}
