using Microsoft.Extensions.Options;
using Webhooks.Signing;
using Webhooks.Validation;

namespace Webhooks.Endpoints;

/// <summary>Which secrets an endpoint has: at first, after a rotation, and for the schemes that it chooses.</summary>
internal sealed class EndpointSecrets(WebhookSigners signers, IOptions<WebhooksOptions> options)
{
    private const int MaxSecrets = 10;

    private static readonly TimeSpan MaxGracePeriod = TimeSpan.FromDays(7);

    /// <summary>The secrets of a new endpoint: the one that its schemes share first, then those of schemes that cannot sign with it.</summary>
    /// <exception cref="WebhookValidationException">None of the schemes can sign with the secret given.</exception>
    public IReadOnlyList<EndpointSecret> Create(EndpointSettings settings, WebhookSecret? given, DateTimeOffset now)
    {
        IWebhookSigner[] chosen = [.. signers.Find(settings.SigningSchemes)];
        var shared = given ?? chosen[0].GenerateSecret();
        if (!chosen.Any(signer => signer.CanSignWith(shared)))
        {
            throw WrongKind(shared, chosen);
        }

        return
        [
            new EndpointSecret(shared, now),
            .. chosen.Where(signer => !signer.CanSignWith(shared))
                .Select(signer => new EndpointSecret(signer.GenerateSecret(), now, Scheme: signer.Name)),
        ];
    }

    /// <summary>Checks that each scheme that an endpoint chooses has a secret.</summary>
    /// <exception cref="WebhookValidationException">One has none.</exception>
    public void Check(EndpointSettings settings, IReadOnlyList<EndpointSecret> secrets)
    {
        if (settings.SigningSchemes is { } names
            && signers.Find(names).FirstOrDefault(signer => EndpointSigning.FindSecrets(signer, secrets).Length == 0) is { } signer)
        {
            throw new WebhookValidationException(
                "signingSchemes",
                "secret",
                signer.Name,
                "can sign with none of the endpoint's secrets. Give it one of its own first, with RotateSecretAsync.");
        }
    }

    /// <summary>The secret that a rotation has given already.</summary>
    /// <returns>Null where it has not, and where that secret is not signed with any more.</returns>
    /// <exception cref="WebhookValidationException">The rotation of this id was asked for something else.</exception>
    public static EndpointSecret? FindGiven(EndpointWithSecrets endpoint, RotateSecretOptions rotation, DateTimeOffset now)
    {
        var asked = SecretRotation.Of(rotation);
        var given = asked is null
            ? null
            : endpoint.Secrets.FirstOrDefault(secret => secret.IsLive(now) && string.Equals(secret.Rotation?.Id, asked.Id, StringComparison.Ordinal));
        return given is null || given.Rotation == asked
            ? given
            : throw new WebhookValidationException(
                "rotationId", "reused", rotation.RotationId, "is the id of a rotation that was asked for something else. Use a new id for each.");
    }

    /// <summary>The secrets of an endpoint that gets a new one.</summary>
    /// <returns>All of them, the new one first.</returns>
    /// <exception cref="WebhookValidationException">There is no such scheme, or it cannot sign with the secret.</exception>
    /// <exception cref="WebhookConflictException">There are too many.</exception>
    public IReadOnlyList<EndpointSecret> Rotate(EndpointWithSecrets endpoint, RotateSecretOptions rotation, DateTimeOffset now)
    {
        var users = FindUsers(endpoint, rotation.Scheme);
        var newest = rotation.Secret ?? users[0].GenerateSecret();
        if (!users.All(signer => signer.CanSignWith(newest)))
        {
            throw WrongKind(newest, users);
        }

        var live = endpoint.Secrets.Where(secret => secret.IsLive(now)).ToList();
        var replaced = live.Where(secret => secret.IsOf(rotation.Scheme)).ToList();
        var others = live.Except(replaced);
        if (replaced.Count == 0)
        {
            // The scheme signed with the shared secrets so far: its receiver still verifies with them.
            replaced = [.. EndpointSigning.FindSecrets(users[0], live).Select(secret => secret with { Scheme = rotation.Scheme })];
        }

        var graceEnd = now + (rotation.GracePeriod ?? options.Value.Signing.SecretGracePeriod);
        EndpointSecret[] secrets =
        [
            new(newest, now, Scheme: rotation.Scheme) { Rotation = SecretRotation.Of(rotation) },
            .. replaced
                .Select(old => old with { ExpiresAt = old.ExpiresAt < graceEnd ? old.ExpiresAt : graceEnd })
                .Where(old => old.IsLive(now) && !old.Secret.Equals(newest)),
            .. others,
        ];
        if (rotation.Scheme is not null
            && (endpoint.Endpoint.Settings.SigningSchemes ?? signers.Default).All(name => secrets.Any(secret => secret.IsOf(name))))
        {
            // Nobody signs with the shared ones any more. The scheme that did so last has them for the grace period as its own.
            secrets = [.. secrets.Where(static secret => !secret.IsOf(null))];
        }

        return secrets.Length <= MaxSecrets
            ? secrets
            : throw new WebhookConflictException(
                $"Endpoint '{endpoint.Endpoint.Id}' has {MaxSecrets} secrets that are signed with. Wait until one expires, or rotate "
                    + "with a grace period of zero.");
    }

    /// <summary>Checks what does not depend on the endpoint.</summary>
    /// <exception cref="WebhookValidationException">A rule is broken.</exception>
    public void Check(RotateSecretOptions rotation)
    {
        var errors = new ValidationErrors();
        if (rotation.GracePeriod is { } grace && (grace < TimeSpan.Zero || grace > MaxGracePeriod))
        {
            errors.Add("gracePeriod", "range", grace.ToString(), "is 0 to 7 days.");
        }

        if (rotation.Scheme is { } scheme && signers.FindProblem([scheme]) is { } problem)
        {
            errors.Add("scheme", "known", scheme, problem);
        }

        if (rotation.RotationId is { } id)
        {
            errors.CheckId("rotationId", id);
        }

        errors.ThrowIfAny();
    }

    /// <summary>Who will sign with the new secret.</summary>
    private IWebhookSigner[] FindUsers(EndpointWithSecrets endpoint, string? scheme)
    {
        if (scheme is not null)
        {
            return [.. signers.Find([scheme])];
        }

        IWebhookSigner[] chosen = [.. signers.Find(endpoint.Endpoint.Settings.SigningSchemes)];
        IWebhookSigner[] sharing =
            [.. chosen.Where(signer => EndpointSigning.FindSecrets(signer, endpoint.Secrets).Any(static secret => secret.IsOf(null)))];
        if (chosen.Length == 0)
        {
            throw new WebhookValidationException(
                "scheme",
                "known",
                string.Join(", ", endpoint.Endpoint.Settings.SigningSchemes ?? []),
                "is what the endpoint's requests are signed by, and is not configured any more. Choose other schemes for it.");
        }

        return sharing.Length > 0 ? sharing : chosen;
    }

    private static WebhookValidationException WrongKind(WebhookSecret secret, IEnumerable<IWebhookSigner> users) => new(
        "secret",
        "kind",
        secret.Kind.ToString(),
        $"is of a kind that {string.Join(", ", users.Where(signer => !signer.CanSignWith(secret)).Select(static signer => $"'{signer.Name}'"))} "
            + "cannot sign with.");
}
