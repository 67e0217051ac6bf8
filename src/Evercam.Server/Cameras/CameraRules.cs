using System.Net;
using System.Text.RegularExpressions;
using Evercam.Server.Http;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using NodaTime.TimeZones;

namespace Evercam.Server.Cameras;

/// <summary>What the contract asks of a camera (4.3.3, 4.3.4), and how a change is made. Pure: whether an id is taken and a
/// model exists is for the database to say.</summary>
internal static partial class CameraRules
{
    private const int IdLength = 100;
    private const int NameLength = 255;
    private const int HostLength = 253;

    /// <summary>No camera has more, and each answer would carry it.</summary>
    private const int TextLength = 2048;

    /// <summary>The rules that a new camera breaks, in the order of its fields.</summary>
    public static List<string> Check(NewCamera request)
    {
        var broken = new List<string>();
        if (string.IsNullOrWhiteSpace(request.Id))
        {
            broken.Add(ParamReader.Blank("id"));
        }
        else if (request.Id.Length > IdLength || !Id().IsMatch(request.Id) || request.Id is "test" or "share")
        {
            broken.Add("it can only contain lower case letters, numbers, hyphens and underscore");
        }

        var fields = request.Fields;
        CheckName(fields, broken);
        if (fields.IsPublic is null)
        {
            broken.Add(ParamReader.Blank("is_public"));
        }

        CheckOptional(fields, isNew: true, broken);
        return broken;
    }

    /// <summary>The rules that a change breaks, in the order of its fields.</summary>
    public static List<string> Check(CameraChange change)
    {
        var broken = new List<string>();
        CheckName(change.Fields, broken);
        CheckOptional(change.Fields, isNew: false, broken);
        return broken;
    }

    /// <summary>The same, of a change to a camera that there is. What is so already breaks no rule, also if the rules have changed since: old
    /// clients send the whole camera back.</summary>
    public static List<string> Check(CameraChange change, Camera camera)
    {
        var fields = change.Fields;
        return Check(change with
        {
            Fields = fields with
            {
                Name = Unless(fields.Name, camera.Name),
                ExternalHost = Unless(fields.ExternalHost, camera.ExternalHost),
                InternalHost = Unless(fields.InternalHost, camera.InternalHost),
                JpgUrl = Unless(fields.JpgUrl, camera.JpgUrl?.Value),
                CamUsername = Unless(fields.CamUsername, camera.CamUsername?.Value),
                CamPassword = Unless(fields.CamPassword, camera.CamPassword?.Value),
                Timezone = Unless(fields.Timezone, camera.Timezone),
            },
        });

        static string? Unless(string? given, string? current) => given == current ? null : given;
    }

    /// <summary>Writes what a request that breaks no rule says into a camera, all but the model.</summary>
    public static void Apply(CameraFields fields, Camera camera)
    {
        camera.Name = fields.Name ?? camera.Name;
        camera.IsPublic = fields.IsPublic ?? camera.IsPublic;
        camera.ExternalHost = TextOf(fields.ExternalHost, camera.ExternalHost);
        camera.InternalHost = TextOf(fields.InternalHost, camera.InternalHost);
        camera.ExternalHttpPort = PortOf(fields.ExternalHttpPort, camera.ExternalHttpPort);
        camera.InternalHttpPort = PortOf(fields.InternalHttpPort, camera.InternalHttpPort);
        camera.ExternalRtspPort = PortOf(fields.ExternalRtspPort, camera.ExternalRtspPort);
        camera.InternalRtspPort = PortOf(fields.InternalRtspPort, camera.InternalRtspPort);
        camera.JpgUrl = SettingOf(WithSlash(fields.JpgUrl), camera.JpgUrl);
        camera.CamUsername = SettingOf(fields.CamUsername, camera.CamUsername);
        camera.CamPassword = SettingOf(fields.CamPassword, camera.CamPassword);
        camera.Timezone = TextOf(fields.Timezone, camera.Timezone) ?? Camera.DefaultTimezone;
        camera.MacAddress = TextOf(fields.MacAddress, camera.MacAddress) is { } mac ? MacAddress.Normalize(mac) : null;
        camera.Discoverable = fields.Discoverable ?? camera.Discoverable;
        if (fields.Location is { } location)
        {
            (camera.Longitude, camera.Latitude) = (location.Longitude, location.Latitude);
        }
    }

    /// <summary>Where a camera is asked: names of hosts have no case, and without a port it is that of HTTP (contract 4.9).</summary>
    public static (string? Host, int Port) PlaceOf(Camera camera) =>
        (camera.ExternalHost?.ToLowerInvariant(), camera.ExternalHttpPort ?? 80);

    /// <summary>Someone who may not see the camera's account has sent it to another address: it would be asked with that account there. Only
    /// what was said along with it goes. The account may also be in the arguments of its path.</summary>
    public static void KeepLoginFrom(CameraFields fields, Camera camera)
    {
        camera.CamUsername = fields.CamUsername is null ? Setting.Of(null) : camera.CamUsername;
        camera.CamPassword = fields.CamPassword is null ? Setting.Of(null) : camera.CamPassword;
        camera.JpgUrl = fields.JpgUrl is null && HasArguments(camera.JpgUrl?.Value) ? Setting.Of(null) : camera.JpgUrl;
    }

    private static void CheckName(CameraFields fields, List<string> broken)
    {
        if (fields.Name is { } name && string.IsNullOrWhiteSpace(name))
        {
            broken.Add(ParamReader.Blank("name"));
        }
        else if (fields.Name is { Length: > NameLength } || !OneLine.Is(fields.Name ?? ""))
        {
            broken.Add("name is invalid");
        }
    }

    /// <summary>A new camera may leave these out but not blank; of one that is changed, blank clears them.</summary>
    private static void CheckOptional(CameraFields fields, bool isNew, List<string> broken)
    {
        var host = isNew ? "url" : "host";
        Check("external_host", fields.ExternalHost, IsHost, $"external {host} is invalid");
        Check("internal_host", fields.InternalHost, IsHost, $"internal {host} is invalid");
        Check("external_http_port", fields.ExternalHttpPort, IsPort);
        Check("internal_http_port", fields.InternalHttpPort, IsPort);
        Check("external_rtsp_port", fields.ExternalRtspPort, IsPort);
        Check("internal_rtsp_port", fields.InternalRtspPort, IsPort);
        Check("jpg_url", fields.JpgUrl, IsText);
        Check("cam_username", fields.CamUsername, IsText);
        Check("cam_password", fields.CamPassword, IsText);
        Check("timezone", fields.Timezone, IsTimezone, "timezone does not exist or is invalid");
        Check("mac_address", fields.MacAddress, text => MacAddress.Normalize(text) is not null, "mac address is invalid");
        Check("vendor", fields.Vendor, IsText);
        Check("model", fields.Model, IsText);
        CheckLocation(fields.Location, broken);

        void Check(string name, string? text, Func<string, bool> isValid, string? message = null)
        {
            if (string.IsNullOrWhiteSpace(text))
            {
                if (isNew && text is not null)
                {
                    broken.Add(ParamReader.Blank(name));
                }
            }
            else if (!isValid(text))
            {
                broken.Add(message ?? $"{name} is invalid");
            }
        }
    }

    private static void CheckLocation(LocationFields? location, List<string> broken)
    {
        if (location is null or { IsBlank: true })
        {
            return;
        }

        if (location.Longitude is not { } longitude || location.Latitude is not { } latitude)
        {
            broken.Add("must provide both location coordinates");
            return;
        }

        if (longitude is < -180 or > 180)
        {
            broken.Add("location_lng is invalid");
        }

        if (latitude is < -90 or > 90)
        {
            broken.Add("location_lat is invalid");
        }
    }

    /// <summary>An IPv4 address or a host name, with the underscores that names in house networks have. A name that ends with a number is no
    /// name: some would read it as an address.</summary>
    private static bool IsHost(string text) =>
        text.Length <= HostLength && HostName().IsMatch(text)
        && (!char.IsAsciiDigit(text[^1]) || !LastLabelIsNumber(text) || Address().IsMatch(text));

    private static bool LastLabelIsNumber(string text) =>
        !text.AsSpan(text.LastIndexOf('.') + 1).ContainsAnyExceptInRange('0', '9');

    private static bool IsPort(string text) =>
        ParamText.Integer(text) is >= IPEndPoint.MinPort + 1 and <= IPEndPoint.MaxPort;

    private static bool IsTimezone(string text) => TzdbDateTimeZoneSource.Default.CanonicalIdMap.ContainsKey(text);

    private static bool IsText(string text) => text.Length <= TextLength;

    private static bool HasArguments(string? path) => path.AsSpan().ContainsAny("?&=;");

    private static string? WithSlash(string? path) =>
        string.IsNullOrWhiteSpace(path) || path[0] == '/' ? path : $"/{path}";

    private static string? TextOf(string? given, string? current) =>
        given is null ? current : string.IsNullOrWhiteSpace(given) ? null : given;

    private static int? PortOf(string? given, int? current) =>
        given is null ? current : (int?)ParamText.Integer(given);

    private static Setting? SettingOf(string? given, Setting? current) =>
        given is null ? current : Setting.Of(TextOf(given, null));

    [GeneratedRegex(@"\A[a-z0-9_-]+\z")]
    private static partial Regex Id();

    [GeneratedRegex(@"\A[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(\.[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*\z")]
    private static partial Regex HostName();

    [GeneratedRegex(@"\A(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(\.(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])){3}\z")]
    private static partial Regex Address();
}
