namespace Webhooks.AspNetCore.Management.Problems;

/// <summary>What a problem is, for programs: stable, whatever its text says.</summary>
internal static class ProblemCode
{
    /// <summary>Whose request it is is not known, or not allowed.</summary>
    public const string Tenant = "tenant";

    /// <summary>The request cannot be read: JSON that is none, a wrong type, an unknown field, a query value that is none.</summary>
    public const string BadRequest = "bad_request";

    /// <summary>A value breaks its rule.</summary>
    public const string Validation = "validation";

    /// <summary>There is nothing of this id.</summary>
    public const string NotFound = "not_found";

    /// <summary>The state does not allow it.</summary>
    public const string Conflict = "conflict";

    /// <summary>The endpoint has another version than <c>If-Match</c> says.</summary>
    public const string VersionMismatch = "version_mismatch";

    /// <summary>The <c>Idempotency-Key</c> was used for another request.</summary>
    public const string IdempotencyKey = "idempotency_key";

    /// <summary>The body is larger than is read.</summary>
    public const string BodyTooLarge = "body_too_large";

    /// <summary>The body is of another media type than is read.</summary>
    public const string MediaType = "media_type";
}
