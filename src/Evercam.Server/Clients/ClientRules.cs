using Evercam.Server.Http;
using Evercam.Server.Rights;

namespace Evercam.Server.Clients;

/// <summary>What is asked of a client. Pure: whether a name is taken is for the database to say.</summary>
internal static class ClientRules
{
    private const int NameLength = 255;

    /// <summary>No application has more, and every consent looks through them.</summary>
    private const int MostCallbackUris = 50;

    /// <summary>The rules that these fields break.</summary>
    public static List<string> Check(ClientFields fields)
    {
        var broken = new List<string>();
        if (fields.Name is { Length: 0 })
        {
            broken.Add(ParamReader.Blank("name"));
        }
        else if (fields.Name is { } name && (name.Length > NameLength || !SeenText.Is(name)))
        {
            broken.Add("name is invalid");
        }

        if (fields.CallbackUris is { Count: 0 })
        {
            broken.Add(ParamReader.Blank("callback_uris"));
        }
        else if (fields.CallbackUris is { } uris && (uris.Count > MostCallbackUris || !uris.All(CallbackUri.IsValid)))
        {
            broken.Add("callback_uris is invalid");
        }

        return broken;
    }
}
