using System.Text;
using System.Text.Json.Nodes;
using Webhooks.Core.Tests.Engine;
using Webhooks.Storage;
using Webhooks.Transformations;

namespace Webhooks.Core.Tests.Transformations;

/// <summary>What docs/transformations.md says of projections.</summary>
public sealed class ProjectionTests
{
    private const string Payload =
        """{"type":"run.done","data":{"id":"r-1","cost": 1.50,"a/b~":"x","run":{"log":[{"n":1},{"n":2}],"state":"ok"},"null":null}}""";

    [Theory]
    [InlineData("", "/data/run/log", "", """{"type":"run.done","data":{"id":"r-1","cost":1.50,"a/b~":"x","run":{"state":"ok"},"null":null}}""")]
    [InlineData("", "/data/a~1b~0 /data/run /type", "", """{"data":{"id":"r-1","cost":1.50,"null":null}}""")]
    [InlineData("", "/data/run/log/0", "", """{"type":"run.done","data":{"id":"r-1","cost":1.50,"a/b~":"x","run":{"log":[{"n":2}],"state":"ok"},"null":null}}""")]
    [InlineData("/data/id /data/run/state", "", "", """{"data":{"id":"r-1","run":{"state":"ok"}}}""")]
    [InlineData("/data/run", "/data/run/log", "", """{"data":{"run":{"state":"ok"}}}""")]
    [InlineData("/data/run/log/1/n", "", "", """{"data":{"run":{"log":[{"n":2}]}}}""")]
    [InlineData("/data/id/deeper /missing", "", "", """{"data":{}}""")]
    [InlineData("/type", "", "/type=event", """{"event":"run.done"}""")]
    [InlineData("/data/id /data/cost", "", "/data/id=cost /data=run", """{"run":{"cost":"r-1"}}""")]
    [InlineData("/data/id /data/cost", "", "/data/id=cost /data/cost=id", """{"data":{"cost":"r-1","id":1.50}}""")]
    [InlineData("/data/id /data/cost", "", "/data/state=id", """{"data":{"id":"r-1","cost":1.50}}""")]
    [InlineData("", "/missing/0/x", "/data/run/log/0=first", Payload)]
    public void A_projection_cuts_out_leaves_out_and_renames(string include, string exclude, string rename, string expected)
    {
        var projected = Apply(Projection(include, exclude, rename), Payload);

        JsonNode.DeepEquals(JsonNode.Parse(projected), JsonNode.Parse(expected)).Should().BeTrue("it is {0}", projected);
    }

    [Fact]
    public void What_is_not_named_stays_as_it_was_written() =>
        Apply(Projection("", "/b", ""), """{"a":  [1.0, 1e2, "\u00e9/\/"] ,"b":1}""").Should().Be("""{"a":[1.0, 1e2, "\u00e9/\/"]}""");

    [Theory]
    [InlineData("", "", "", "projection", "count")]
    [InlineData("data", "", "", "projection.include[0]", "pointer")]
    [InlineData("", "/ok /data/~2", "", "projection.exclude[1]", "pointer")]
    [InlineData("", "/data/~", "", "projection.exclude[0]", "pointer")]
    [InlineData("", "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17", "", "projection.exclude[0]", "length")]
    [InlineData("", "", "/data/id=", "projection.rename[/data/id]", "name")]
    [InlineData("", "", "/data/id=x /data/cost=x", "projection.rename[/data/cost]", "unique")]
    public async Task A_projection_that_breaks_a_rule_is_refused(string include, string exclude, string rename, string field, string rule)
    {
        await using var host = await TestHost.StartAsync();

        var create = () => host.AddEndpointAsync(TestHost.Settings() with { Projection = Projection(include, exclude, rename) });

        (await create.Should().ThrowAsync<WebhookValidationException>()).Which.Errors.Select(error => (error.Field, error.Rule))
            .Should().Equal((field, rule));
    }

    [Fact]
    public void A_projection_comes_back_from_the_stored_settings()
    {
        var settings = TestHost.Settings() with { Transformation = "flat", Projection = Projection("/a", "/b", "/c=d") };

        var read = EndpointDocument.Read(EndpointDocument.Write(settings));

        read.Transformation.Should().Be("flat");
        read.Projection.Should().BeEquivalentTo(settings.Projection);
        EndpointDocument.Read(EndpointDocument.Write(TestHost.Settings())).Projection.Should().BeNull();
    }

    [Fact]
    public void What_was_sent_comes_back_from_its_bytes()
    {
        var sent = new SentContent("a\n\nb:c"u8.ToArray(), new Dictionary<string, string>(StringComparer.Ordinal) { ["X-A"] = "1: 2", ["X-B"] = "" });

        var read = SentContent.Read(sent.ToBytes())!;

        read.Payload.ToArray().Should().Equal(sent.Payload.ToArray());
        read.Headers.Should().BeEquivalentTo(sent.Headers);
        SentContent.Read(null).Should().BeNull();
        ((Action)(() => SentContent.Read([1, 2]))).Should().Throw<FormatException>();
    }

    internal static PayloadProjection Projection(string include, string exclude, string rename) => new()
    {
        Include = include.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        Exclude = exclude.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        Rename = rename.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .ToDictionary(pair => pair.Split('=')[0], pair => pair.Split('=')[1], StringComparer.Ordinal),
    };

    private static string Apply(PayloadProjection projection, string payload) =>
        Encoding.UTF8.GetString(new ProjectionTree(projection).Apply(Encoding.UTF8.GetBytes(payload)));
}
