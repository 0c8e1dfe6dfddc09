using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Webhooks.AspNetCore.Management.Idempotency;
using Webhooks.AspNetCore.Management.Json;
using Webhooks.AspNetCore.Management.Problems;
using Webhooks.AspNetCore.Management.Tenancy;
using Webhooks.Storage;

namespace Webhooks.AspNetCore.Management.Routing;

/// <summary>What handlers read of a request. Everything that cannot be read ends it with a problem.</summary>
internal sealed class ManagementRequest(HttpContext context)
{
    private const int MaxIdLength = 255;

    public HttpContext Context => context;

    public CancellationToken Aborted => context.RequestAborted;

    public WebhookManagementOptions Options { get; } = context.RequestServices.GetRequiredService<IOptions<WebhookManagementOptions>>().Value;

    public ManagementJson Json { get; } = ManagementJson.Of(context);

    public string TenantId => WebhookTenant.Get(context).Id;

    /// <summary>The key with which the request can be repeated; null for none, and on routes that take none.</summary>
    public IdempotencyKey? IdempotencyKey { get; set; }

    public T Service<T>()
        where T : notnull => context.RequestServices.GetRequiredService<T>();

    /// <summary>Reads an id of the path. What cannot be an id is one that nobody has.</summary>
    public string Id(string name)
    {
        var id = RouteValue(name);
        return id.Length is > 0 and <= MaxIdLength && id.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')
            ? id
            : throw Missing("anything", id);
    }

    public string RouteValue(string name) => context.GetRouteValue(name) as string ?? "";

    /// <summary>The version of the endpoint that the request is based on, by <c>If-Match</c>; null for any.</summary>
    public long? ExpectedVersion() => VersionTag.ReadIfMatch(context.Request);

    /// <summary>The path of something in the list that the request's path names.</summary>
    public string Below(string id) => $"{context.Request.PathBase}{context.Request.Path}/{id}";

    /// <summary>Checks that a field of the body is there.</summary>
    public static string Required(string field, string? value) => value ?? throw IsRequired(field);

    /// <summary>Says that a field of the body is missing.</summary>
    public static WebhookValidationException IsRequired(string field) => new(field, "required", value: null, "is missing.");

    /// <summary>Says that the tenant has no such thing.</summary>
    public static ProblemException Missing(string what, string id) =>
        new(Problem.Of(StatusCodes.Status404NotFound, ProblemCode.NotFound, $"There is no {what} '{id}'."));

    /// <summary>Makes the query of a page: the tenant, the size and the cursor.</summary>
    public TQuery Page<TQuery>(TQuery query)
        where TQuery : PageQuery
    {
        var limit = Options.DefaultPageSize;
        var max = Math.Max(Options.DefaultPageSize, Options.MaxPageSize);
        if (Query("limit") is { } text
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit < 1 || limit > max))
        {
            throw BadQuery("limit", "range", $"is a number from 1 to {max}.", text);
        }

        return query with { TenantId = TenantId, Limit = limit, Cursor = Query("cursor") };
    }

    /// <summary>Reads a query parameter.</summary>
    /// <param name="name">The property's name.</param>
    public string? Query(string name)
    {
        var spelled = Json.Naming.Convert(name);
        var values = context.Request.Query[spelled];
        return values.Count > 1
            ? throw BadQuery(name, "unique", "is there more than once.", values.ToString())
            : values.Count == 0 ? null : values[0];
    }

    public DateTimeOffset? QueryTime(string name) => Query(name) switch
    {
        null => null,
        var text when UtcTimeConverter.TryParse(text, out var time) => time,
        var text => throw BadQuery(
            name, "time", "is a time by RFC 3339, such as 2026-01-01T12:00:00Z. A '+' in a query has to be written as %2B.", text),
    };

    public T? QueryWord<T>(string name)
        where T : struct, Enum
    {
        if (Query(name) is not { } text)
        {
            return null;
        }

        var values = Enum.GetValues<T>();
        var index = Array.FindIndex(values, value => string.Equals(Word(value), text, StringComparison.Ordinal));
        return index >= 0
            ? values[index]
            : throw BadQuery(name, "known", $"is one of {string.Join(", ", values.Select(Word))}.", text);
    }

    /// <summary>Reads the body, which has to be there.</summary>
    public async Task<T> ReadAsync<T>() => Deserialize<T>(await ReadBytesAsync("application/json").ConfigureAwait(false));

    /// <summary>Reads the body of a request that needs none.</summary>
    public async Task<T> ReadOptionalAsync<T>()
        where T : new()
    {
        var body = await ReadBytesAsync("application/json", isOptional: true).ConfigureAwait(false);
        return body.Length == 0 ? new T() : Deserialize<T>(body);
    }

    public Task<ReadOnlyMemory<byte>> ReadBytesAsync(string mediaType, bool isOptional = false) =>
        RequestJson.ReadAsync(context.Request, Options.MaxBodyBytes, mediaType, isOptional);

    public T Deserialize<T>(ReadOnlyMemory<byte> body) => RequestJson.Deserialize<T>(Json, body);

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private ProblemException BadQuery(string name, string rule, string detail, string? value) => new(Problem.Of(
        StatusCodes.Status400BadRequest,
        ProblemCode.BadRequest,
        "The query cannot be used.",
        new ProblemError { Field = Json.Naming.Convert(name), Rule = rule, Detail = detail, Value = Shorten(value) }));

    [return: NotNullIfNotNull(nameof(value))]
    private static string? Shorten(string? value) => value is { Length: > 100 } ? string.Concat(value.AsSpan(0, 100), "…") : value;
}
