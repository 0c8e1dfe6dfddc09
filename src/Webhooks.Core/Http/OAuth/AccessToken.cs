namespace Webhooks.Http.OAuth;

/// <summary>A token, as the value of an <c>Authorization</c> header.</summary>
/// <param name="Authorization"><c>Bearer</c> and the token.</param>
/// <param name="RefreshAt">From when on another is asked for: a little before it expires.</param>
internal sealed record AccessToken(string Authorization, DateTimeOffset RefreshAt)
{
    public override string ToString() => $"{nameof(AccessToken)} {{ *** }}";
}
