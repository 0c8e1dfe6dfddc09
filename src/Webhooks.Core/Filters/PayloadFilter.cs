using System.Text.Json;
using Webhooks.Validation;

namespace Webhooks.Filters;

/// <summary>
/// A condition on the payload of a message, which an endpoint's owner writes as JSON: <see cref="Endpoints.EndpointSettings.Filter"/>.
/// It does not change, and any number of threads may use it.
/// </summary>
/// <remarks>
/// <para>
/// An object holds when all of its members do. A member is a field of the payload with what is expected of it, or an operator on the
/// value at hand: <c>$eq</c>, <c>$ne</c>, <c>$gt</c>, <c>$gte</c>, <c>$lt</c>, <c>$lte</c>, <c>$in</c>, <c>$nin</c>, <c>$exists</c>,
/// <c>$startsWith</c>, <c>$and</c>, <c>$or</c>, <c>$not</c>. A value alone means <c>$eq</c>:
/// <c>{"data":{"total":{"$gte":100},"currency":"EUR"}}</c>.
/// </para>
/// <para>
/// Numbers are compared exactly, whatever their length and their spelling; strings by their UTF-16 code units; nothing is equal to, less
/// or more than a value of another kind. What is asked of an array holds when it holds for one of its elements. Of a field that is
/// not there, no comparison holds, and so <c>$ne</c>, <c>$nin</c> and <c>$not</c> do.
/// </para>
/// </remarks>
public sealed class PayloadFilter
{
    /// <summary>The most characters of a filter's text: 8,192.</summary>
    public const int MaxLength = 8_192;

    private readonly FilterNode _root;

    private PayloadFilter(string text, FilterNode root)
    {
        _root = root;
        Text = text;
    }

    /// <summary>
    /// The filter as JSON in one form, at most <see cref="MaxLength"/> characters: without spaces, members in the order of their names,
    /// numbers in their shortest spelling, <c>$eq</c> left out. Filters that differ in these only have equal texts.
    /// </summary>
    public string Text { get; }

    /// <summary>Reads a filter.</summary>
    /// <param name="json">
    /// The filter: at most <see cref="MaxLength"/> characters, 16 levels, 256 conditions, and 100 values in a list.
    /// </param>
    /// <exception cref="WebhookValidationException">It breaks a rule. Each error names the place by its JSON Pointer (RFC 6901).</exception>
    public static PayloadFilter Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        var errors = new ValidationErrors();
        var filter = Parse("filter", json, errors);
        errors.ThrowIfAny();
        return filter!;
    }

    /// <summary>Whether a payload meets it. For many filters of one payload, see <see cref="PayloadMatcher"/>.</summary>
    /// <param name="payload">The payload. What is not JSON is taken for a payload without fields.</param>
    public bool Matches(ReadOnlyMemory<byte> payload)
    {
        using var matcher = new PayloadMatcher(payload);
        return matcher.Meets(this);
    }

    /// <summary>Its <see cref="Text"/>.</summary>
    public override string ToString() => Text;

    internal static PayloadFilter? Parse(string field, string json, ValidationErrors errors) =>
        FilterParser.Parse(field, json, errors) is { } parsed ? new PayloadFilter(parsed.Text, parsed.Root) : null;

    /// <summary>Reads what a store has. What is no filter, because a newer version wrote it, leaves nothing out.</summary>
    internal static PayloadFilter ReadStored(string text) =>
        Parse("filter", text, new ValidationErrors()) ?? new PayloadFilter(text, new AllNode([]));

    internal bool IsMetBy(in JsonElement payload) => _root.IsMetBy(payload);
}
