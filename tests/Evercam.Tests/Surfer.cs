using System.Net;

namespace Evercam.Tests;

/// <summary>A browser without scripts, and without a will of its own: it keeps cookies and follows no redirect.</summary>
internal sealed class Surfer : IDisposable
{
    private readonly SocketsHttpHandler handler;
    private readonly HttpClient client;

    public Surfer(EvercamApp app) : this(app.Address)
    {
    }

    public Surfer(Uri address)
    {
        handler = new() { AllowAutoRedirect = false, UseCookies = false };

        // The certificate that a test has made itself is as good as any.
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == "CN=cameras.example.org";
        client = new(handler) { BaseAddress = address };
    }

    public CookieContainer Cookies { get; } = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The value of a cookie; <see langword="null"/> if there is none.</summary>
    public string? CookieOf(string name) => Cookies.GetCookies(client.BaseAddress!)[name]?.Value;

    public Task<Sight> GetAsync(string path, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return SendAsync(request);
    }

    /// <summary>Asks for what a page is, and not for the page.</summary>
    public async Task<Sight> HeadAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, path);
        return await SendAsync(request);
    }

    /// <summary>Sends a form.</summary>
    public Task<Sight> PostAsync(string path, params (string Name, string Value)[] form) => PostFromAsync(path, null, form);

    /// <summary>Sends a form from a page of this origin.</summary>
    public Task<Sight> PostFromAsync(string path, string? origin, params (string Name, string Value)[] form)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new FormUrlEncodedContent(form.ToDictionary(field => field.Name, field => field.Value)),
        };
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        return SendAsync(request);
    }

    public async Task<Sight> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            var cookies = Cookies.GetCookieHeader(client.BaseAddress!);
            if (cookies.Length > 0 && !request.Headers.Contains("Cookie"))
            {
                request.Headers.Add("Cookie", cookies);
            }

            using var answer = await client.SendAsync(request, Cancellation);
            KeepCookies(answer);
            return new(
                (int)answer.StatusCode,
                answer.Headers.TryGetValues("Location", out var location) ? location.Single() : null,
                await answer.Content.ReadAsStringAsync(Cancellation),
                answer.Headers.Concat(answer.Content.Headers).ToLookup(
                    header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase));
        }
    }

    /// <summary>Logs in, and is led on.</summary>
    public async Task LogInAsync(TestUser user) =>
        Assert.Equal((302, "/"), (await PostAsync("/login", ("username", user.Name), ("password", user.Password))).Ends);

    /// <summary>Keeps cookies however old they are, because the server may live in another year; those that it deletes go.</summary>
    private void KeepCookies(HttpResponseMessage answer)
    {
        foreach (var cookie in answer.Headers.TryGetValues("Set-Cookie", out var set) ? set : [])
        {
            var parts = cookie.Split("; ");
            var isDeleted = parts.Contains("expires=Thu, 01 Jan 1970 00:00:00 GMT");
            var isForeign = parts.Any(part => part.StartsWith("domain=", StringComparison.OrdinalIgnoreCase));
            var (name, value) = (parts[0].Split('=')[0], parts[0][(parts[0].IndexOf('=', StringComparison.Ordinal) + 1)..]);
            if (!isForeign)
            {
                Cookies.Add(client.BaseAddress!, new Cookie(name, value) { Path = "/", Expired = isDeleted });
            }
        }
    }

    public void Dispose()
    {
        client.Dispose();
        handler.Dispose();
    }
}

/// <summary>What came back.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Location">Where it leads, as it was sent.</param>
/// <param name="Body">The text.</param>
/// <param name="Headers">All headers.</param>
internal sealed record Sight(int Status, string? Location, string Body, ILookup<string, string> Headers)
{
    /// <summary>Status and place, which say it all of a redirect.</summary>
    public (int Status, string? Location) Ends => (Status, Location);

    public string Header(string name) => string.Join(", ", Headers[name]);

    /// <summary>What a person reads: without markup, and with single blanks.</summary>
    public string Text => System.Text.RegularExpressions.Regex.Replace(
        WebUtility.HtmlDecode(System.Text.RegularExpressions.Regex.Replace(Body, "<[^>]*>", " ")), @"\s+", " ").Trim();
}
