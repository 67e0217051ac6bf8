using System.Text.RegularExpressions;
using Evercam.Server.Pages;

namespace Evercam.Server.Cameras;

/// <summary>The rules of cameras, as people are told of them at the field that breaks one.</summary>
internal static partial class CameraWords
{
    private const string NoHost = "Write a name such as camera.example.org or an address such as 192.168.1.64, without http:// and port.";
    private const string NoPort = "A port is a number from 1 to 65535.";
    private const string NoText = "This is too long, or holds what cannot be read.";

    /// <summary>A rule of forms alone: what was typed a while ago is gone.</summary>
    public const string LostPassword = "cam_password is gone";

    /// <summary>Of a field that the page does not show.</summary>
    public const string Damaged = "Nothing was saved: the form came back damaged. Please look whether all is as you want it, and save once more.";

    private static readonly Dictionary<string, (string Field, string Sentence)> Known = new()
    {
        ["name can't be blank"] = ("name", "Please give the camera a name."),
        ["name is invalid"] = ("name", "A name has up to 255 letters, all of them readable."),
        ["it can only contain lower case letters, numbers, hyphens and underscore"] =
            ("id", "Up to 100 small letters, digits, hyphens and underscores, and neither test nor share."),
        ["camera already exists"] = ("id", "There is a camera with this id already. Please choose another."),
        ["external url is invalid"] = ("external_host", NoHost),
        ["external host is invalid"] = ("external_host", NoHost),
        ["internal url is invalid"] = ("internal_host", NoHost),
        ["internal host is invalid"] = ("internal_host", NoHost),
        ["external_http_port is invalid"] = ("external_http_port", NoPort),
        ["internal_http_port is invalid"] = ("internal_http_port", NoPort),
        ["external_rtsp_port is invalid"] = ("external_rtsp_port", NoPort),
        ["internal_rtsp_port is invalid"] = ("internal_rtsp_port", NoPort),
        [LostPassword] = ("cam_password", "Please type the password again: it was typed too long ago."),
        ["timezone does not exist or is invalid"] = ("timezone", "Please choose a time zone of the list."),
        ["mac address is invalid"] = ("mac_address", "A MAC address is six pairs such as 00:0d:f0:12:34:56."),
        ["vendor does not exist"] = ("vendor", "Please choose a maker of the list."),
        ["model does not exist"] = ("model", "This maker has no such model. Please choose one of the list."),
        ["no default model for this vendor"] = ("model", "Please choose a model of this maker."),
        ["if you provide model you must also provide vendor"] = ("vendor", "Please choose who makes this model."),
        ["must provide both location coordinates"] = ("location_lat", "Please give both, or neither."),
        ["location_lat is invalid"] = ("location_lat", "Degrees north, from -90 to 90, such as 53.35."),
        ["location_lng is invalid"] = ("location_lng", "Degrees east, from -180 to 180, such as -6.26."),
    };

    /// <inheritdoc cref="FormRefusal.Whole"/>
    public const string Whole = FormRefusal.Whole;

    /// <summary>A sentence for each field, in the order of the rules.</summary>
    public static Dictionary<string, string> Of(IEnumerable<string> rules)
    {
        var problems = new Dictionary<string, string>();
        foreach (var rule in rules)
        {
            var (field, sentence) = Known.TryGetValue(rule, out var known) ? known
                : FieldIsInvalid().Match(rule) is { Success: true } invalid ? (invalid.Groups[1].Value, NoText)
                : (Whole, $"{char.ToUpperInvariant(rule[0])}{rule[1..]}.");
            problems.TryAdd(field, sentence);
        }

        return problems;
    }

    [GeneratedRegex(@"\A([a-z_]+) is invalid\z")]
    private static partial Regex FieldIsInvalid();
}
