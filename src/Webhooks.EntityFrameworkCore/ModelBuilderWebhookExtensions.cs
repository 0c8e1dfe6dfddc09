using Webhooks.EntityFrameworkCore.Store.Model;

namespace Microsoft.EntityFrameworkCore;

/// <summary>Puts the tables of webhooks into a model.</summary>
public static class ModelBuilderWebhookExtensions
{
    /// <summary>
    /// Adds the tables that <c>UseEntityFrameworkCore</c> keeps webhooks in to the model, so that the host's migrations make them and
    /// bring them up to date.
    /// </summary>
    /// <param name="modelBuilder">The model, in <c>OnModelCreating</c>.</param>
    /// <param name="schema">The schema that holds them; null for the model's default.</param>
    /// <param name="tablePrefix">What their names start with, at most 20 characters. Default: <c>webhook_</c>.</param>
    public static ModelBuilder AddWebhooks(this ModelBuilder modelBuilder, string? schema = null, string tablePrefix = "webhook_")
    {
        ArgumentNullException.ThrowIfNull(tablePrefix);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tablePrefix.Length, 20, nameof(tablePrefix));
        new WebhookModel(modelBuilder, schema, tablePrefix).Build();
        return modelBuilder;
    }
}
