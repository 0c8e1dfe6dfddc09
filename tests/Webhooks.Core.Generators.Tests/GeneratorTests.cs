using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.Catalog;
using Webhooks.TestKit;

namespace Webhooks.Core.Generators.Tests;

/// <summary>What a host finds that marks its types, and what the compiler tells it.</summary>
public sealed class GeneratorTests
{
    private const string Shop =
        """
        namespace Shop;

        [WebhookEvent("order.paid", Version = "v2", Description = "Paid.")]
        public sealed record OrderPaid(string Id, long Cents) : IEventExamples<OrderPaid>
        {
            static System.Collections.Generic.IReadOnlyList<OrderPaid> IEventExamples<OrderPaid>.Examples => new[] { new OrderPaid("o-1", 1) };
        }

        [WebhookEvent("order.paid", Version = "v1", Description = "With a \"total\".")]
        internal sealed record OrderPaidV1(string Id, decimal Total) : IOlderEventVersion<OrderPaid, OrderPaidV1>
        {
            public static OrderPaidV1 FromNewer(OrderPaid newer) => new(newer.Id, newer.Cents / 100m);
        }

        public static class Events
        {
            [WebhookEvent("customer.created")]
            public readonly record struct CustomerCreated(string Id);
        }
        """;

    [Fact]
    public void The_types_of_an_assembly_are_registered_by_methods_that_are_written_for_it()
    {
        var compiled = Compiled.From(Shop);

        compiled.Diagnostics.Should().BeEmpty();
        compiled.Errors.Should().BeEmpty();
        Snapshot.Match(compiled.Source!);
    }

    [Fact]
    public void What_is_registered_has_versions_and_examples()
    {
        using var stream = new MemoryStream();
        Compiled.From(Shop, "Shop.Loaded").Compilation.Emit(stream).Success.Should().BeTrue();
        var method = Assembly.Load(stream.ToArray())
            .GetType("Microsoft.Extensions.DependencyInjection.ShopLoadedEventTypes")!.GetMethod("AddEventTypesFromShopLoaded")!;

        var services = new ServiceCollection();
        services.AddWebhooks(webhooks => method.Invoke(null, [webhooks]));

        var types = services.Where(service => service.ServiceType == typeof(EventType))
            .Select(service => (EventType)service.ImplementationInstance!).ToList();
        types.Select(type => type.Name).Should().Equal("customer.created", "order.paid");
        types[1].Should().BeEquivalentTo(new { Version = "v2", Description = "Paid." });
        types[1].Examples.Should().ContainSingle();
        types[1].OlderVersions.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Name = "v1", Description = "With a \"total\"." });
    }

    [Fact]
    public void The_types_of_referenced_assemblies_are_discovered_too()
    {
        var contracts = Compiled.From(Shop).ToReference();

        var host = Compiled.From(
            """
            using Microsoft.Extensions.DependencyInjection;
            public static class Start { public static void Run(Webhooks.IWebhooksBuilder webhooks) => webhooks.AddDiscoveredEventTypes(); }
            """,
            "shop-host",
            contracts);

        host.Errors.Should().BeEmpty();
        host.Source.Should().Contain("ShopContractsEventTypes.AddEventTypesFromShopContracts(builder);").And.NotContain("AddEventTypesFromShopHost");
    }

    [Fact]
    public void Nothing_is_written_where_there_is_nothing_to_register() =>
        Compiled.From("public sealed class Nothing;").Source.Should().BeNull();

    [Theory]
    [InlineData("WHK001", "[WebhookEvent(\"order paid\")] public record A;", "'order paid'")]
    [InlineData("WHK001", "[WebhookEvent(\"\")] public record A;", "''")]
    [InlineData("WHK001", "[WebhookEvent(\"order..paid\")] public record A;", "'order..paid'")]
    [InlineData("WHK002", "[WebhookEvent(\"a\")] public record A; [WebhookEvent(\"a\")] public record B;", "'A' is event type 'a' already")]
    [InlineData("WHK002", "[WebhookEvent(\"a\", Version = \"v1\")] public record A; [WebhookEvent(\"a\", Version = \"v1\")] public record B;", "version v1")]
    [InlineData("WHK003", "[WebhookEvent(\"a\", Version = \"v1\")] public record A; [WebhookEvent(\"a\")] public record B;", "'a' has no version")]
    [InlineData("WHK003", "[WebhookEvent(\"a\", Version = \"v 1\")] public record A;", "'a' has no version that is one")]
    [InlineData("WHK004", "[WebhookEvent(\"a\", Version = \"v2\")] public record A; [WebhookEvent(\"a\", Version = \"v1\")] public record B;", "IOlderEventVersion<A, B>")]
    [InlineData("WHK005", "[WebhookEvent(\"a\")] public record A<T>;", "is generic")]
    [InlineData("WHK005", "public class X { [WebhookEvent(\"a\")] private record A; }", "cannot be seen")]
    public void What_is_wrong_is_a_compiler_error_at_its_place(string id, string source, string message)
    {
        var error = Compiled.From(source).Diagnostics.Should().ContainSingle().Which;

        error.Id.Should().Be(id);
        error.Severity.Should().Be(DiagnosticSeverity.Error);
        error.GetMessage(System.Globalization.CultureInfo.InvariantCulture).Should().Contain(message);
        error.Location.GetLineSpan().Path.Should().Be("Events.cs");
        error.Location.GetLineSpan().StartLinePosition.Line.Should().Be(1);
    }

    [Fact]
    public void Names_and_versions_are_judged_as_they_are_when_the_host_starts()
    {
        string[] texts = ["a", "order.paid", "", ".", "a.", "a..b", "a b", "ü", "a-b_c.1", new('a', 128), new('a', 129), "v10", "v9", "2026-01-01"];

        foreach (var text in texts)
        {
            Webhooks.Generators.Rules.IsName(text).Should().Be(EventTypePattern.IsValid(text) && text != "*", text);
        }
    }
}
