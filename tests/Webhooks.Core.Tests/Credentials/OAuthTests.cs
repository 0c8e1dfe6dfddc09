using System.Globalization;
using System.Net;
using System.Text;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;
using Webhooks.Endpoints;

namespace Webhooks.Core.Tests.Credentials;

/// <summary>The client credentials grant of OAuth 2.0 (RFC 6749, section 4.4).</summary>
public sealed class OAuthTests : IAsyncLifetime
{
    private const string ClientSecret = "c1ient secret+%";

    private TestHost _host = null!;
    private Func<int, HttpResponseMessage> _answerTokens = number => Token($"token-{number}", expiresIn: 3600);
    private int _tokenRequests;

    public async Task InitializeAsync()
    {
        _host = await TestHost.StartAsync();
        _host.Receiver.Answer = (request, _) => Task.FromResult(
            request.Url.Host == "auth.test"
                ? _answerTokens(Interlocked.Increment(ref _tokenRequests))
                : new HttpResponseMessage(HttpStatusCode.OK));
        await AddEndpointAsync();
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_token_is_asked_for_as_the_specification_says_and_sent()
    {
        await _host.PublishAsync();

        (await SentAsync(1)).Should().Equal("Bearer token-1");
        var request = TokenRequests().Should().ContainSingle().Which;
        request.Text.Should().Be("grant_type=client_credentials&scope=hooks+write");
        request.Headers["Content-Type"].Should().Be("application/x-www-form-urlencoded");
        Encoding.ASCII.GetString(Convert.FromBase64String(request.Headers["Authorization"]["Basic ".Length..]))
            .Should().Be("client%3A1:c1ient+secret%2B%25");
        request.Attempt.Should().BeNull("it is no attempt");
    }

    [Fact]
    public async Task A_token_is_kept_until_shortly_before_it_expires()
    {
        await PublishAsync();
        _host.Clock.Advance(TimeSpan.FromMinutes(59) - TimeSpan.FromMilliseconds(1));
        await PublishAsync();
        _host.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await PublishAsync();

        (await SentAsync(3)).Should().Equal("Bearer token-1", "Bearer token-1", "Bearer token-2");
    }

    [Fact]
    public async Task A_token_of_unknown_or_short_life_is_replaced_in_time_too()
    {
        _answerTokens = number => number == 1 ? Token("short", expiresIn: 10) : Token("unknown", expiresIn: null);
        await PublishAsync();
        _host.Clock.Advance(TimeSpan.FromSeconds(8));
        await PublishAsync();
        _host.Clock.Advance(TimeSpan.FromMinutes(58));
        await PublishAsync();

        (await SentAsync(3)).Should().Equal("Bearer short", "Bearer unknown", "Bearer unknown");
        TokenRequests().Should().HaveCount(2);
    }

    [Fact]
    public async Task Many_attempts_at_once_wait_for_one_token()
    {
        var gate = new Gate();
        _host.Receiver.Answer = async (request, token) =>
        {
            if (request.Url.Host != "auth.test")
            {
                return new HttpResponseMessage(HttpStatusCode.OK);
            }

            await gate.PassAsync(token);
            return Token("one", expiresIn: 60);
        };
        await _host.PublishBatchAsync(16);
        await _host.Receiver.ReceivedAsync(1);

        gate.Open();

        (await SentAsync(16)).Should().OnlyContain(authorization => authorization == "Bearer one");
        TokenRequests().Should().ContainSingle();
    }

    [Fact]
    public async Task A_token_that_the_receiver_refuses_is_replaced_for_the_next_attempt()
    {
        _host.Receiver.Answer = (request, _) => Task.FromResult(
            request.Url.Host == "auth.test"
                ? Token($"token-{Interlocked.Increment(ref _tokenRequests)}", expiresIn: 3600)
                : new HttpResponseMessage(request.Headers["Authorization"].EndsWith('1') ? HttpStatusCode.Unauthorized : HttpStatusCode.OK));
        await _host.PublishAsync();
        await _host.DeliveryAsync(delivery => delivery.AttemptCount == 1);

        _host.Clock.Advance(TimeSpan.FromSeconds(10));

        await _host.DeliveryAsync(DeliveryStatus.Succeeded);
        (await SentAsync(2)).Should().Equal("Bearer token-1", "Bearer token-2");
    }

    [Fact]
    public async Task New_credentials_are_used_at_once()
    {
        await PublishAsync();

        await _host.Endpoints.SetCredentialsAsync("ep_1", new() { OAuth = Credentials() with { ClientId = "other" } });
        await PublishAsync();

        (await SentAsync(2)).Should().Equal("Bearer token-1", "Bearer token-2");
        Encoding.ASCII.GetString(Convert.FromBase64String(TokenRequests()[1].Headers["Authorization"]["Basic ".Length..]))
            .Should().StartWith("other:");
    }

    [Theory]
    [InlineData(400, """{"error":"invalid_client","error_description":"<script>"}""", "The token endpoint answered 400 (invalid_client).")]
    [InlineData(401, """{"error":"<script>"}""", "The token endpoint answered 401.")]
    [InlineData(302, "", "The token endpoint answered 302.")]
    [InlineData(200, "not json", "The token endpoint answered 200 without an access token of visible ASCII*")]
    [InlineData(200, "[]", "The token endpoint answered 200 without an access token of visible ASCII*")]
    [InlineData(200, """{"access_token":""}""", "The token endpoint answered 200 without an access token of visible ASCII*")]
    [InlineData(200, """{"access_token":"a\r\nX-Evil: 1"}""", "The token endpoint answered 200 without an access token of visible ASCII*")]
    [InlineData(200, """{"access_token":"t0ken","token_type":"mac"}""", "*a token of another type than Bearer.")]
    public async Task Without_a_token_nothing_is_sent_and_the_log_says_why(int status, string body, string message)
    {
        _answerTokens = _ => new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body) };
        await _host.PublishAsync();

        (await _host.DeliveryAsync(delivery => delivery.AttemptCount == 1)).Status.Should().Be(DeliveryStatus.Pending);

        var attempt = (await _host.AttemptsAsync()).Single();
        attempt.Error.Should().Be(AttemptError.Credentials);
        attempt.ErrorMessage.Should().Match("AccessTokenException: " + message).And.NotContain("script").And.NotContain("t0ken");
        _host.Receiver.Requests.Should().OnlyContain(request => request.Url.Host == "auth.test");

        _answerTokens = number => Token("good", expiresIn: 60);
        _host.Clock.Advance(TimeSpan.FromSeconds(10));
        await _host.DeliveryAsync(DeliveryStatus.Succeeded);
    }

    [Fact]
    public async Task A_token_endpoint_that_never_answers_is_given_up_at_the_deadline()
    {
        _host.Receiver.AnswerAfter(new Gate());
        await _host.PublishAsync();
        await _host.Receiver.ReceivedAsync(1);

        _host.Clock.Advance(TimeSpan.FromSeconds(15));

        (await _host.DeliveryAsync(delivery => delivery.AttemptCount == 1)).LastError.Should().BeOneOf(AttemptError.Timeout, AttemptError.Credentials);
    }

    [Fact]
    public async Task A_token_endpoint_that_cannot_be_reached_is_an_error_of_credentials()
    {
        _host.Receiver.Answer = (_, _) => Task.FromException<HttpResponseMessage>(
            new HttpRequestException(HttpRequestError.ConnectionError, "No route."));
        await _host.PublishAsync();
        await _host.DeliveryAsync(delivery => delivery.AttemptCount == 1);

        (await _host.AttemptsAsync()).Single().Should().BeEquivalentTo(new
        {
            Error = AttemptError.Credentials,
            ErrorMessage = "AccessTokenException: The request to the token endpoint failed: Connection, HttpRequestException: No route.",
        });
    }

    private static OAuthClientCredentials Credentials() => new()
    {
        TokenUrl = "https://auth.test/token", ClientId = "client:1", ClientSecret = ClientSecret, Scope = "hooks write",
    };

    private static HttpResponseMessage Token(string token, int? expiresIn)
    {
        var life = expiresIn is { } seconds ? string.Create(CultureInfo.InvariantCulture, $",\"expires_in\":{seconds}") : "";
        return new(HttpStatusCode.OK)
        {
            Content = new StringContent($$"""{"access_token":"{{token}}","token_type":"bearer"{{life}},"extra":[]}"""),
        };
    }

    private Task<CreatedEndpoint> AddEndpointAsync() => _host.Endpoints.CreateAsync(
        TestHost.Settings(), new() { EndpointId = "ep_1", Credentials = new() { OAuth = Credentials() } });

    private async Task PublishAsync()
    {
        await _host.PublishAsync();
        await _host.WhenDeliveriesAsync(all => all.All(delivery => delivery.Status == DeliveryStatus.Succeeded));
    }

    private List<ReceivedRequest> TokenRequests() => [.. _host.Receiver.Requests.Where(request => request.Url.Host == "auth.test")];

    private List<string> Sent() =>
        [.. _host.Receiver.Requests.Where(request => request.Url.Host != "auth.test").Select(request => request.Headers["Authorization"])];

    private async Task<IReadOnlyList<string>> SentAsync(int count)
    {
        await _host.Receiver.WhenAsync(_ => Sent().Count >= count);
        return Sent();
    }
}
