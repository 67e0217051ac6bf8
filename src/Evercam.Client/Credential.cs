using System.Net.Http.Headers;
using System.Text;

namespace Evercam.Api;

/// <summary>Who calls. No <see cref="object.ToString"/> of one tells a secret.</summary>
public sealed class Credential
{
    private readonly AuthenticationHeaderValue? header;
    private readonly (string Id, string Key)? keys;

    private Credential(AuthenticationHeaderValue? header, (string Id, string Key)? keys)
    {
        this.header = header;
        this.keys = keys;
    }

    /// <summary>A person, by user name or email, and password. It does not do for whoever has a second factor.</summary>
    /// <param name="login">The user name or the email.</param>
    /// <param name="password">The password; colons are fine.</param>
    public static Credential Basic(string login, string password) =>
        new(new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{login}:{password}"))), keys: null);

    /// <summary>An application that acts for a person, by a token of OAuth 2.0.</summary>
    /// <param name="accessToken">The token.</param>
    public static Credential Bearer(string accessToken) => new(new("Bearer", accessToken), keys: null);

    /// <summary>A person or an application, by the pair of API id and key. It travels in the query, as the API wants it: whoever logs
    /// addresses, logs it.</summary>
    /// <param name="apiId">The id.</param>
    /// <param name="apiKey">The key.</param>
    public static Credential ApiKeys(string apiId, string apiKey) => new(header: null, (apiId, apiKey));

    internal void SignInto(HttpRequestMessage request) => request.Headers.Authorization ??= header;

    internal void SignInto(Fields query)
    {
        if (keys is { } pair)
        {
            query.Add("api_id", pair.Id);
            query.Add("api_key", pair.Key);
        }
    }
}
