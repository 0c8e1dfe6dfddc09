using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Webhooks.EntityFrameworkCore.Store.Model;

/// <summary>The tables: integers, unique identifiers, texts and bytes, plain indexes, and nothing that only some databases have.</summary>
internal sealed class WebhookModel(ModelBuilder model, string? schema, string prefix)
{
    /// <summary>Tenant ids, event ids and ids of a host's own.</summary>
    private const int MaxName = 255;
    private const int MaxOwnId = 40;
    private const int MaxTraceParent = 55;
    private const int MaxNote = 100;

    public void Build()
    {
        Table<EndpointRow>("endpoint", endpoint =>
        {
            endpoint.HasKey(row => row.Seq);
            endpoint.HasIndex(row => row.Key).IsUnique();
            endpoint.HasIndex(row => new { row.TenantKey, row.CreatedAt, row.Seq });
            endpoint.HasIndex(row => row.PausedUntil);
            endpoint.HasIndex(row => row.SecretsExpireAt);
            endpoint.Property(row => row.TenantId).HasMaxLength(MaxName);
            endpoint.Property(row => row.Id).HasMaxLength(MaxName);
            endpoint.Property(row => row.Version).IsConcurrencyToken();
        });
        Table<SubscriptionRow>("subscription", subscription =>
        {
            subscription.HasKey(row => row.Seq);
            subscription.HasIndex(row => row.PatternKey);
            subscription.HasIndex(row => row.EndpointKey);
        });
        Table<MessageRow>("message", message =>
        {
            message.HasKey(row => row.Seq);
            message.HasIndex(row => new { row.TenantKey, row.CreatedAt, row.Seq });
            message.HasIndex(row => row.CreatedAt);
            message.Property(row => row.TenantId).HasMaxLength(MaxName);
            message.Property(row => row.Id).HasMaxLength(MaxName);
            message.Property(row => row.EventId).HasMaxLength(MaxName);
            message.Property(row => row.EventType).HasMaxLength(MaxName);
            message.Property(row => row.TraceParent).HasMaxLength(MaxTraceParent);
        });
        Table<NameRow>("name", name =>
        {
            name.HasKey(row => row.Key);
            name.Property(row => row.Key).ValueGeneratedNever();
            name.HasOne(row => row.Message).WithMany().HasForeignKey(row => row.MessageSeq);
        });
        Table<DeliveryRow>("delivery", delivery =>
        {
            delivery.HasKey(row => row.Seq);
            delivery.HasIndex(row => row.Key).IsUnique();
            delivery.HasIndex(row => new { row.MessageSeq, row.EndpointKey }).IsUnique();
            delivery.HasIndex(row => row.DueAt);
            delivery.HasIndex(row => new { row.EndpointKey, row.Status, row.DueAt });
            delivery.HasIndex(row => new { row.EndpointKey, row.CreatedAt, row.MessageSeq, row.Seq });
            delivery.HasIndex(row => new { row.TenantKey, row.Status, row.CreatedAt, row.MessageSeq, row.Seq });
            delivery.HasIndex(row => new { row.TenantKey, row.CreatedAt, row.MessageSeq, row.Seq });
            delivery.HasOne(row => row.Message).WithMany().HasForeignKey(row => row.MessageSeq);
            delivery.Property(row => row.EndpointId).HasMaxLength(MaxName);
            delivery.Property(row => row.Resend).HasMaxLength(MaxNote);
            delivery.Property(row => row.Status).IsConcurrencyToken();
            delivery.Property(row => row.AttemptCount).IsConcurrencyToken();
            delivery.Property(row => row.Owner).IsConcurrencyToken();
            delivery.Property(row => row.DueAt).IsConcurrencyToken();
        });
        Table<AttemptRow>("attempt", attempt =>
        {
            attempt.HasKey(row => row.Seq);
            attempt.HasIndex(row => new { row.DeliverySeq, row.Number }).IsUnique();
            attempt.HasIndex(row => row.StartedAt);
            attempt.Property(row => row.Id).HasMaxLength(MaxOwnId);
        });
        Table<RateRow>("rate", rate =>
        {
            rate.HasKey(row => row.Key);
            rate.Property(row => row.Key).ValueGeneratedNever();
            rate.Property(row => row.EndAt).IsConcurrencyToken();
        });
        Table<ReplayRow>("replay", replay =>
        {
            replay.HasKey(row => row.Seq);
            replay.HasIndex(row => row.Key).IsUnique();
            replay.HasIndex(row => new { row.Status, row.DueAt, row.Seq });
            replay.HasIndex(row => row.CompletedAt);
            replay.HasIndex(row => new { row.TenantKey, row.Seq });
            replay.Property(row => row.TenantId).HasMaxLength(MaxName);
            replay.Property(row => row.Id).HasMaxLength(MaxOwnId);
            replay.Property(row => row.EndpointId).HasMaxLength(MaxName);
            replay.Property(row => row.EventType).HasMaxLength(MaxName);
            replay.Property(row => row.Position).HasMaxLength(MaxNote);
            replay.Property(row => row.Status).IsConcurrencyToken();
            replay.Property(row => row.Turn).IsConcurrencyToken();
        });
    }

    private void Table<TRow>(string name, Action<EntityTypeBuilder<TRow>> build)
        where TRow : class =>
        model.Entity<TRow>(row =>
        {
            row.ToTable(prefix + name, schema);
            build(row);
        });
}
