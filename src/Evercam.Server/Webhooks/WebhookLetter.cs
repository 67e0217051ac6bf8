using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Evercam.Server.Http;
using Evercam.Server.Notices;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Webhooks;

/// <summary>What a webhook is sent: the notice as JSON, signed so that its receiver can tell that it comes from here and when it was
/// sent.</summary>
internal static class WebhookLetter
{
    /// <summary>What a trial tells of.</summary>
    public const string Trial = "test";

    public const string SignatureHeader = "Evercam-Signature";
    public const string EventHeader = "Evercam-Event";
    public const string DeliveryHeader = "Evercam-Delivery";

    private static readonly JsonSerializerOptions Json = MakeJson();

    /// <summary>The body.</summary>
    /// <param name="delivery">The delivery.</param>
    /// <param name="notice">What it tells; <see langword="null"/> for a trial.</param>
    public static byte[] Body(WebhookDelivery delivery, ToldNotice? notice)
    {
        var told = notice is null
            ? new NoticeResponse(0, Trial, delivery.CreatedAt, null, null, null)
            : NoticeResponse.Of(notice);
        return JsonSerializer.SerializeToUtf8Bytes(told, Json.GetTypeInfo(typeof(NoticeResponse)));
    }

    /// <summary>What goes along with a body.</summary>
    public static IEnumerable<(string Name, string Value)> Headers(
        WebhookDelivery delivery, ToldNotice? notice, byte[] body, string secret, DateTimeOffset now)
    {
        yield return (SignatureHeader, Sign(body, secret, now));
        yield return (EventHeader, notice is null ? Trial : NoticeNames.Of(notice.Kind));
        yield return (DeliveryHeader, delivery.Key.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The signature: <c>t=…,v1=…</c>, the second and the HMAC-SHA256 of the second, a dot and the body, hexadecimal.</summary>
    public static string Sign(ReadOnlySpan<byte> body, string secret, DateTimeOffset now)
    {
        var second = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.ASCII.GetBytes($"{second}."), .. body];
        return $"t={second},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed))}";
    }

    private static JsonSerializerOptions MakeJson()
    {
        var options = new JsonSerializerOptions();
        ApiJson.Configure(options);
        return options;
    }
}
