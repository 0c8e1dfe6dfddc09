using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Webhooks.AspNetCore.Tests.Management;

/// <summary>What the API answered, read whole.</summary>
internal sealed record Answer(HttpStatusCode StatusCode, string Text, HttpResponseHeaders Headers, string? MediaType)
{
    /// <summary>The body as JSON.</summary>
    public JsonNode Json => JsonNode.Parse(Text) ?? throw new InvalidOperationException("The body is null.");

    public string? ETag => Headers.ETag?.ToString();

    /// <summary>The fields that a problem names.</summary>
    public IEnumerable<string> Fields => Json["errors"] is JsonArray errors ? errors.Select(error => (string)error!["field"]!) : [];

    public string this[string field] => (string)Json[field]!;

    public static async Task<Answer> ReadAsync(HttpResponseMessage response) => new(
        response.StatusCode,
        await response.Content.ReadAsStringAsync(),
        response.Headers,
        response.Content.Headers.ContentType?.MediaType);

    public override string ToString() => $"{StatusCode} {Text}";

    /// <summary>That it is a problem of a status and a code.</summary>
    public Answer ShouldBeProblem(HttpStatusCode status, string code)
    {
        (StatusCode, MediaType).Should().Be((status, "application/problem+json"), "the answer was {0}", Text);
        this["code"].Should().Be(code);
        ((int)Json["status"]!).Should().Be((int)status);
        return this;
    }
}
