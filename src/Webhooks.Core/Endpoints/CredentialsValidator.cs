using System.Buffers;
using System.Collections.ObjectModel;
using System.Security.Cryptography;
using System.Text;
using Webhooks.Http.Tls;
using Webhooks.Validation;

namespace Webhooks.Endpoints;

/// <summary>The one check of credentials. No value of them is ever repeated.</summary>
internal sealed class CredentialsValidator(EndpointValidator endpoints, EndpointUrlValidator urls)
{
    private const int MaxTextLength = 1_024;
    private const int MaxTokenLength = 4_000;

    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create([.. Enumerable.Range(0x21, 0x7F - 0x21).Select(code => (char)code)]);

    private static readonly SearchValues<char> TextCharacters =
        SearchValues.Create([.. Enumerable.Range(0x20, 0x7F - 0x20).Select(code => (char)code)]);

    /// <summary>Checks credentials and returns a copy that later changes of the caller's collections do not reach.</summary>
    public async ValueTask<EndpointCredentials?> CheckAsync(
        string tenantId, EndpointCredentials? credentials, CancellationToken cancellationToken)
    {
        if (credentials is null)
        {
            return null;
        }

        var errors = new ValidationErrors();
        CheckOneAuthorization(credentials, errors);
        if (credentials.Basic is { } basic)
        {
            CheckBasic(basic, errors);
        }

        CheckText("credentials.bearerToken", credentials.BearerToken, TokenCharacters, MaxTokenLength, errors);
        if (credentials.OAuth is { } oauth)
        {
            await urls.CheckAsync("credentials.oauth.tokenUrl", tenantId, oauth.TokenUrl, errors, cancellationToken).ConfigureAwait(false);
            CheckOAuth(oauth, errors);
        }

        endpoints.CheckHeaders("credentials.headers", credentials.Headers, areSecret: true, errors);
        CheckCertificate(credentials.ClientCertificate, errors);
        errors.ThrowIfAny();
        return credentials with
        {
            Headers = new ReadOnlyDictionary<string, string>(
                new Dictionary<string, string>(credentials.Headers, StringComparer.OrdinalIgnoreCase)),
        };
    }

    private static void CheckOneAuthorization(EndpointCredentials credentials, ValidationErrors errors)
    {
        bool[] ways =
        [
            credentials.Basic is not null,
            credentials.BearerToken is not null,
            credentials.OAuth is not null,
            credentials.Headers?.Keys.Contains("Authorization", StringComparer.OrdinalIgnoreCase) == true,
        ];
        if (ways.Count(static isUsed => isUsed) > 1)
        {
            errors.Add(
                "credentials",
                "one",
                value: null,
                "set the Authorization header in more than one way. Choose one of user name and password, token, OAuth, and a header of that name.");
        }
    }

    private static void CheckBasic(BasicCredentials basic, ValidationErrors errors)
    {
        // RFC 7617, section 2.
        if (string.IsNullOrEmpty(basic.UserName)
            || Encoding.UTF8.GetByteCount(basic.UserName) > MaxTextLength
            || basic.UserName.Any(static character => character == ':' || char.IsControl(character)))
        {
            errors.Add(
                "credentials.basic.userName",
                "characters",
                value: null,
                $"is not 1 to {MaxTextLength} bytes of UTF-8 without colon and control characters (RFC 7617, section 2).");
        }

        if (basic.Password is null || Encoding.UTF8.GetByteCount(basic.Password) > MaxTextLength || basic.Password.Any(char.IsControl))
        {
            errors.Add(
                "credentials.basic.password",
                "characters",
                value: null,
                $"is not up to {MaxTextLength} bytes of UTF-8 without control characters (RFC 7617, section 2).");
        }
    }

    private static void CheckOAuth(OAuthClientCredentials oauth, ValidationErrors errors)
    {
        CheckText("credentials.oauth.clientId", oauth.ClientId ?? "", TextCharacters, MaxTextLength, errors);
        CheckText("credentials.oauth.clientSecret", oauth.ClientSecret ?? "", TextCharacters, MaxTextLength, errors);
        CheckText("credentials.oauth.scope", oauth.Scope, TextCharacters, MaxTextLength, errors);
    }

    private static void CheckText(
        string field, string? value, SearchValues<char> characters, int maxLength, ValidationErrors errors)
    {
        if (value is not null && (value.Length is 0 || value.Length > maxLength || value.AsSpan().ContainsAnyExcept(characters)))
        {
            errors.Add(
                field, "characters", value: null, $"is not 1 to {maxLength} characters of visible ASCII. It is not repeated here.");
        }
    }

    private static void CheckCertificate(string? pem, ValidationErrors errors)
    {
        const string Field = "credentials.clientCertificate";
        if (pem is null)
        {
            return;
        }

        if (pem.Length > PemCertificates.MaxLength)
        {
            errors.Add(Field, "length", value: null, $"has {pem.Length} characters; at most {PemCertificates.MaxLength} are allowed.");
            return;
        }

        try
        {
            using var certificate = PemCertificates.ReadWithKey(pem);
        }
        catch (CryptographicException)
        {
            errors.Add(
                Field,
                "pem",
                value: null,
                "is not PEM (RFC 7468) of a certificate and of the private key that belongs to it, without a password. It is not repeated here.");
        }
    }
}
