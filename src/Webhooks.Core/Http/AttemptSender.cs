using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Webhooks.Diagnostics;
using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Http.OAuth;
using Webhooks.Http.Tls;
using Webhooks.Storage;
using Webhooks.Transformations;

namespace Webhooks.Http;

/// <summary>Sends one attempt: makes what the endpoint gets, signs it, posts it, and reads what comes back up to the cap, under one deadline.</summary>
internal sealed class AttemptSender(
    AttemptClient client,
    AccessTokens accessTokens,
    EndpointPayloads payloads,
    ReservedHeaders reservedHeaders,
    IEnumerable<IAttemptDeferral> deferrals,
    IOptions<WebhooksOptions> options,
    TimeProvider timeProvider,
    ILogger<AttemptSender> logger)
{
    /// <summary>
    /// HTTP/2 where a server offers it in the TLS handshake, else HTTP/1.1. Never HTTP/3: it would go past the check of addresses,
    /// which is made when a TCP connection is.
    /// </summary>
    public static readonly Version Version = HttpVersion.Version20;

    /// <inheritdoc cref="Version"/>
    public const HttpVersionPolicy VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;

    /// <summary>How soon a connection has to be refused for a second try.</summary>
    private static readonly TimeSpan QuickFailure = TimeSpan.FromSeconds(1);

    private readonly WebhooksOptions _options = options.Value;
    private readonly IAttemptDeferral[] _deferrals = [.. deferrals];
    private readonly DeadlinePool _deadlines = new(options.Value.Dispatcher.AttemptTimeout, timeProvider);

    /// <summary>Sends one attempt. Whatever the receiver does becomes part of the response; nothing is thrown.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<AttemptResponse> SendAsync(
        CachedEndpoint endpoint, LeasedDelivery delivery, DateTimeOffset startedAt, CancellationToken abort)
    {
        var started = timeProvider.GetTimestamp();
        AttemptResponse response;
        var deadline = _deadlines.Rent(abort);
        SingleUseContent? single = null;
        SentContent? sent = null;
        try
        {
            (sent, var canceledBecause) = await payloads.CreateAsync(endpoint, delivery, deadline.Token).ConfigureAwait(false);
            if (canceledBecause is not null)
            {
                return Canceled(endpoint, delivery, canceledBecause, started);
            }

            var payload = sent?.Payload ?? delivery.Message.Payload!.Value;
            single = delivery.Message.IsAtMostOnce ? new SingleUseContent(payload) : null;
            var token = endpoint.OAuth is { } oauth
                ? await accessTokens.GetAsync(oauth, deadline.Token).ConfigureAwait(false)
                : null;
            for (var mayRetry = delivery.AttemptNumber == 1 && single is null; ; mayRetry = false)
            {
                using var request = CreateRequest(endpoint, delivery, payload, sent?.Headers, startedAt, token, single);
                try
                {
                    using var answer = await client.SendAsync(request, endpoint.Key.TenantId, deadline.Token).ConfigureAwait(false);
                    var (excerpt, isTruncated) = await ResponseExcerpt
                        .ReadAsync(answer.Content, _options.Dispatcher.MaxResponseExcerptBytes, deadline.Token).ConfigureAwait(false);
                    response = ToResponse(answer, excerpt, isTruncated);
                    break;
                }
                catch (HttpRequestException exception)
                    when (mayRetry && AttemptErrors.IsNoConnection(exception) && timeProvider.GetElapsedTime(started) < QuickFailure)
                {
                    // Nothing was sent yet: a server that restarts, or one address of several, is worth a second try.
                }
            }

            if (token is not null && response.StatusCode == (int)HttpStatusCode.Unauthorized)
            {
                endpoint.OAuth!.Drop(token);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or TransformationException && abort.IsCancellationRequested)
        {
            response = single is { IsUsed: true }
                ? new AttemptResponse
                {
                    Error = AttemptError.Interrupted,
                    ErrorMessage = "The attempt was broken off because its process stopped. It is not made again.",
                }
                : new AttemptResponse { IsAborted = true };
        }
        catch (TransformationException exception)
        {
            logger.TransformationFailed(
                exception.InnerException, delivery.Id, delivery.AttemptNumber, delivery.EndpointId, exception.Message);
            response = new AttemptResponse { Error = AttemptError.Transformation, ErrorMessage = exception.Message };
        }
        catch (Exception) when (deadline.Token.IsCancellationRequested)
        {
            response = new AttemptResponse
            {
                Error = AttemptError.Timeout,
                ErrorMessage = $"No complete answer within {_options.Dispatcher.AttemptTimeout}.",
            };
        }
        catch (Exception exception)
        {
            response = single is not { IsUsed: true } && Defer(exception) is { } deferral
                ? new AttemptResponse { DeferredFor = deferral }
                : new AttemptResponse { Error = AttemptErrors.Classify(exception), ErrorMessage = AttemptErrors.Describe(exception) };
        }
        finally
        {
            _deadlines.Return(deadline);
        }

        return response with { Duration = Since(started), Sent = sent };
    }

    private AttemptResponse Canceled(CachedEndpoint endpoint, LeasedDelivery delivery, string reason, long started)
    {
        logger.CanceledByTransformation(delivery.Id, endpoint.Key.EndpointId);
        return new AttemptResponse
        {
            Duration = Since(started),
            Error = AttemptError.Transformation,
            ErrorMessage = AttemptErrors.Shorten(reason),
            IsCanceled = true,
        };
    }

    private TimeSpan Since(long started) => TimeSpan.FromMilliseconds((long)timeProvider.GetElapsedTime(started).TotalMilliseconds);

    private AttemptResponse ToResponse(HttpResponseMessage answer, ReadOnlyMemory<byte> excerpt, bool isTruncated) => new()
    {
        StatusCode = (int)answer.StatusCode,
        Error = answer.IsSuccessStatusCode ? AttemptError.None : AttemptError.Status,
        Excerpt = excerpt,
        IsTruncated = isTruncated,
        RetryAfter = answer.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable
            ? RetryAfter(answer.Headers.RetryAfter)
            : null,
    };

    private WebhookRequest CreateRequest(
        CachedEndpoint endpoint,
        LeasedDelivery delivery,
        ReadOnlyMemory<byte> payload,
        IReadOnlyDictionary<string, string>? ownHeaders,
        DateTimeOffset startedAt,
        AccessToken? token,
        SingleUseContent? single)
    {
        var message = delivery.Message;
        HttpContent content = single is null ? new ReadOnlyMemoryContent(payload) : single;
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        var request = new WebhookRequest(endpoint.Url, endpoint.Endpoint, message, delivery.Id, delivery.AttemptNumber)
        {
            Content = content,
            Version = Version,
            VersionPolicy = VersionPolicy,
            HasTlsIdentity = endpoint.Tls is not null,
        };
        request.Headers.TryAddWithoutValidation("User-Agent", _options.UserAgent);
        foreach (var (name, value) in endpoint.Headers)
        {
            if (ownHeaders?.ContainsKey(name) is not true)
            {
                CheckNotReserved(name);
                HeaderFields.Write(request.Headers, name, value);
            }
        }

        foreach (var (name, value) in ownHeaders?.AsEnumerable() ?? [])
        {
            CheckNotReserved(name);
            HeaderFields.Write(request.Headers, name, value);
        }

        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", token.Authorization);
        }

        // A trace that this process does not record is passed on as it came.
        if (_options.Diagnostics.SendTraceParent && (WebhooksTracing.CurrentTraceParent ?? message.TraceParent) is { } traceParent)
        {
            request.Headers.TryAddWithoutValidation(ReservedHeaders.TraceParent, traceParent);
        }

        if (endpoint.Tls is { } tls)
        {
            request.Options.Set(TlsIdentity.Option, tls);
        }

        endpoint.Signing.Sign(message.Id, startedAt, payload.Span, request.Headers);
        return request;
    }

    private void CheckNotReserved(string headerName)
    {
        if (reservedHeaders.Contains(headerName))
        {
            throw new WebhookValidationException(
                "headers", "reserved", headerName, "is set by the library or by HTTP itself and cannot be set by an endpoint.");
        }
    }

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header)
    {
        var wait = header?.Delta ?? (header?.Date - timeProvider.GetNow());
        return wait > TimeSpan.Zero ? wait : null;
    }

    private TimeSpan? Defer(Exception exception)
    {
        foreach (var deferral in _deferrals)
        {
            if (deferral.DeferFor(exception) is { } wait)
            {
                return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
            }
        }

        return null;
    }
}
