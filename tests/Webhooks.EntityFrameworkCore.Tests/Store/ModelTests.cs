using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using Webhooks.EntityFrameworkCore.Store.Model;

namespace Webhooks.EntityFrameworkCore.Tests.Store;

/// <summary>The tables have nothing that only some databases have.</summary>
public sealed class ModelTests
{
    /// <summary>What a key of an index may take in every database: SQL Server's 900 bytes of a clustered one are the fewest.</summary>
    private const int MaxKeyBytes = 900;

    private readonly IModel _model;

    public ModelTests()
    {
        using var context = new StoreContext(new DbContextOptionsBuilder<StoreContext>().UseNpgsql("Host=nowhere").Options);
        _model = context.Model;
    }

    [Fact]
    public void Columns_are_numbers_keys_texts_and_bytes() =>
        _model.GetEntityTypes().SelectMany(table => table.GetProperties())
            .Select(column => Nullable.GetUnderlyingType(column.ClrType) ?? column.ClrType).Distinct()
            .Should().BeSubsetOf([typeof(int), typeof(long), typeof(bool), typeof(Guid), typeof(string), typeof(byte[])]);

    [Fact]
    public void Nothing_is_said_about_a_column_that_only_one_database_understands() =>
        _model.GetEntityTypes().SelectMany(table => table.GetProperties())
            .SelectMany(column => column.GetAnnotations())
            .Where(annotation => !annotation.Name.StartsWith("Npgsql:", StringComparison.Ordinal))
            .Select(annotation => annotation.Name)
            .Should().NotContain(["Relational:ColumnType", "Relational:DefaultValueSql", "Relational:ComputedColumnSql", "Relational:Collation"]);

    [Fact]
    public void No_index_has_a_filter_or_a_text() =>
        _model.GetEntityTypes().SelectMany(table => table.GetIndexes())
            .Where(index => index.GetFilter() is not null || index.Properties.Any(column => column.ClrType == typeof(string)))
            .Should().BeEmpty("texts are compared as the database likes, and are too long for some");

    [Fact]
    public void No_unique_index_has_a_column_that_may_be_null() =>
        _model.GetEntityTypes().SelectMany(table => table.GetIndexes())
            .Where(index => index.IsUnique && index.Properties.Any(column => column.IsNullable))
            .Should().BeEmpty("databases differ in how many nulls are unique");

    [Fact]
    public void Keys_are_short() =>
        _model.GetEntityTypes()
            .SelectMany(table => table.GetKeys().Select(key => key.Properties).Concat(table.GetIndexes().Select(index => index.Properties)))
            .Max(columns => columns.Count * 16)
            .Should().BeLessThan(MaxKeyBytes);

    [Fact]
    public void Names_are_short_enough_for_every_database() =>
        _model.GetEntityTypes()
            .SelectMany(table => table.GetIndexes().Select(index => index.GetDatabaseName()!)
                .Append(table.GetTableName()!)
                .Concat(table.GetProperties().Select(column => column.GetColumnName())))
            .Should().OnlyContain(name => name.Length <= 63);

    [Fact]
    public void Indexes_and_foreign_keys_have_names_of_their_own() =>
        _model.GetEntityTypes()
            .SelectMany(table => table.GetIndexes().Select(index => index.GetDatabaseName()!)
                .Concat(table.GetForeignKeys().Select(key => key.GetConstraintName()!)))
            .Should().OnlyHaveUniqueItems().And.OnlyContain(name => name.StartsWith("ix_webhook_") || name.StartsWith("fk_webhook_"));

    [Fact]
    public void Ids_and_tenants_are_required() =>
        _model.GetEntityTypes().SelectMany(table => table.GetProperties()).Where(column => column.Name is "Id" or "TenantId")
            .Should().HaveCount(7).And.OnlyContain(column => !column.IsNullable);

    [Fact]
    public void Nothing_is_deleted_along_with_a_message() =>
        _model.GetEntityTypes().SelectMany(table => table.GetForeignKeys()).Should().OnlyContain(key => key.DeleteBehavior == DeleteBehavior.Restrict);

    [Fact]
    public void Every_foreign_key_has_an_index() =>
        _model.GetEntityTypes().SelectMany(table => table.GetForeignKeys())
            .Should().OnlyContain(key => key.DeclaringEntityType.GetIndexes().Any(index => index.Properties[0] == key.Properties[0]));

    [Fact]
    public void A_migration_makes_all_tables_and_the_next_one_has_nothing_to_do()
    {
        using var context = new StoreContext(new DbContextOptionsBuilder<StoreContext>().UseNpgsql("Host=nowhere").Options);
        var differ = context.GetService<IMigrationsModelDiffer>();
        var model = context.GetService<IDesignTimeModel>().Model.GetRelationalModel();

        var operations = differ.GetDifferences(null, model);

        operations.OfType<CreateTableOperation>().Select(table => table.Name).Should().BeEquivalentTo(
            "webhook_endpoint",
            "webhook_subscription",
            "webhook_message",
            "webhook_name",
            "webhook_delivery",
            "webhook_attempt",
            "webhook_rate",
            "webhook_replay");
        operations.OfType<CreateIndexOperation>().Should().HaveCount(_model.GetEntityTypes().Sum(table => table.GetIndexes().Count()));
        differ.GetDifferences(model, model).Should().BeEmpty();
    }

    [Fact]
    public void Schema_and_prefix_are_the_hosts_to_choose()
    {
        using var context = new OtherContext(new DbContextOptionsBuilder<OtherContext>().UseNpgsql("Host=nowhere").Options);

        context.Model.GetEntityTypes().Should().OnlyContain(table => table.GetSchema() == "hooks" && table.GetTableName()!.StartsWith("w_"));
        context.Model.FindEntityType(typeof(MessageRow))!.GetTableName().Should().Be("w_message");
    }

    private sealed class OtherContext(DbContextOptions<OtherContext> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.AddWebhooks("hooks", "w_");
    }
}
