using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Webhooks.AspNetCore.Management.Problems;
using Webhooks.AspNetCore.Management.Routing;

namespace Webhooks.AspNetCore.Management.Idempotency;

/// <summary>
/// The <c>Idempotency-Key</c> of a request (draft-ietf-httpapi-idempotency-key-header). It is kept nowhere: ids are made of it, and the
/// store, which takes an id once, does the rest on whichever instance.
/// </summary>
internal sealed class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    private const int MaxLength = 255;

    private const string ReusedRule = "reused";

    private readonly string _tenantId;

    private IdempotencyKey(string tenantId, string value)
    {
        _tenantId = tenantId;
        Value = value;
    }

    /// <summary>The key, without the quotes that the draft wants around it.</summary>
    public string Value { get; }

    /// <returns>Null for a request without one.</returns>
    public static IdempotencyKey? Read(ManagementRequest request)
    {
        var values = request.Context.Request.Headers[Header];
        if (values.Count == 0)
        {
            return null;
        }

        var value = values.Count == 1 ? values[0]! : "";
        if (value is ['"', .. var quoted, '"'])
        {
            value = quoted;
        }

        return value.Length is > 0 and <= MaxLength && value.All(static character => character is > ' ' and <= '~' and not '"')
            ? new IdempotencyKey(request.TenantId, value)
            : throw new ProblemException(Problem.Of(
                StatusCodes.Status400BadRequest,
                ProblemCode.IdempotencyKey,
                "The Idempotency-Key cannot be used.",
                new ProblemError { Field = Header, Rule = "characters", Detail = $"is 1 to {MaxLength} visible ASCII characters, once, in quotes or without." }));
    }

    /// <summary>The problem of a key that was used for another request.</summary>
    public ProblemException UsedForAnother() => new(Problem.Of(
        StatusCodes.Status422UnprocessableEntity,
        ProblemCode.IdempotencyKey,
        "The Idempotency-Key was used for another request. Use a new one for each request, and the same one only to repeat it.",
        new ProblemError { Field = Header, Rule = ReusedRule, Detail = "was used for another request.", Value = Value.Length > 100 ? null : Value }));

    /// <summary>Does what takes an id of the caller's, made of the request's key.</summary>
    /// <param name="request">The request.</param>
    /// <param name="prefix">What the id begins with.</param>
    /// <param name="work">Takes the id; null for a request without a key.</param>
    /// <exception cref="ProblemException">The id was used with other values.</exception>
    public static async Task<T> OnceAsync<T>(ManagementRequest request, string prefix, Func<string?, Task<T>> work)
    {
        var key = request.IdempotencyKey;
        try
        {
            return await work(key?.ToId(prefix)).ConfigureAwait(false);
        }
        catch (WebhookValidationException exception) when (key is not null && exception.Errors is [{ Rule: ReusedRule }])
        {
            throw key.UsedForAnother();
        }
    }

    /// <summary>Makes an id that is always the same for the key and what else is given.</summary>
    /// <remarks>Longer than generated ids, which stores read a time from.</remarks>
    public string ToId(string prefix, ReadOnlySpan<byte> content = default)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in (ReadOnlySpan<string>)[prefix, _tenantId, Value])
        {
            hash.AppendData(Encoding.UTF8.GetBytes(part));
            hash.AppendData([0]);
        }

        hash.AppendData(content);
        return prefix + Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 20));
    }
}
