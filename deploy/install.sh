#!/bin/sh
# Sets up the HTTP service and the nightly job: a user, folders, and units for systemd or a line for cron.
# May be run again at any time: what is there already stays, what differs is replaced and kept beside as NAME.old.
set -eu

usage() {
    cat <<'END'
usage: deploy/install.sh [--cron] [--dry-run] [--uninstall] [option VALUE]...

  (nothing)         the service, the nightly job and its timer, for systemd
  --cron            the nightly job alone, for cron
  --dry-run         say what would be done, and do nothing
  --uninstall       remove what was installed; home, logs, the user and edited settings stay

  --xuanji FILE     the program (default: .venv/bin/xuanji beside deploy/)
  --home DIR        database, snapshots, models (default: /var/lib/xuanji)
  --user NAME       who runs it; made where it does not exist (default: xuanji)
  --catalogue DIR   systemd: a catalogue below /home, which the units hide otherwise; may be repeated
  --allow ADDRESS   systemd: whom it may talk to beside this machine: an address, a net (10.0.0.0/8), any; may be repeated
  --prefix DIR      put everything below DIR: a trial, or a package. No user is made and nothing started; needs no root

Exit codes: 0 done; 2 wrong usage, or something is missing, which is named; nothing was changed then.
END
}

refuse() {
    echo "install.sh: $1" >&2
    exit 2
}

say() { echo "$*"; }

# --- what is wanted

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
kind=systemd dry='' uninstall='' prefix='' program=$(dirname -- "$here")/.venv/bin/xuanji
home='' user=xuanji catalogues='' allow='' newline='
'
while [ $# -gt 0 ]; do
    case $1 in
    --cron) kind=cron ;;
    --dry-run) dry=yes ;;
    --uninstall) uninstall=yes ;;
    -h | --help) usage && exit 0 ;;
    --xuanji | --home | --user | --catalogue | --allow | --prefix)
        [ -n "${2-}" ] || refuse "$1 needs a value"
        case $1 in
        --xuanji) program=$2 ;;
        --home) home=$2 ;;
        --user) user=$2 ;;
        --prefix) prefix=${2%/} ;;
        --catalogue) catalogues=$catalogues$2$newline ;;
        --allow) allow="$allow $2" ;;
        esac
        shift
        ;;
    *) refuse "unknown option $1 (--help lists them)" ;;
    esac
    shift
done
home=${home:-$prefix/var/lib/xuanji}
settings=$prefix/etc/xuanji/xuanji.toml
logs=$prefix/var/log/xuanji
units=$prefix/etc/systemd/system
[ "$kind" = systemd ] || [ -z "$catalogues$allow" ] || refuse "--catalogue and --allow are of the units; cron hides nothing"

# Paths stand in units, in a crontab and in a shell line, where blanks and signs mean something else in each.
for path in "$program" "$home" ${prefix:+"$prefix"}; do
    case $path in
    *[!A-Za-z0-9._/+-]*) refuse "$path: only letters, digits and . _ / + - may stand in this path" ;;
    /*) ;;
    *) refuse "$path: give the whole path, from / on" ;;
    esac
done
case $user in *[!a-z0-9_-]* | -*) refuse "$user is no name of a user" ;; esac
case $allow in *[!A-Za-z0-9.:/\ -]*) refuse "--allow takes an address or a net, not$allow" ;; esac
case $catalogues in
*[[:blank:]\"\':%\\]*)
    refuse "--catalogue: a path with a blank, a quote, : % or \\ needs a line of your own (systemctl edit xuanji-reindex.service)"
    ;;
esac

# --- what we install, and what is told by its first line to be ours

names() { # of $1: TEMPLATE TARGET
    case $1 in
    systemd)
        for name in xuanji.service xuanji-reindex.service xuanji-reindex.timer; do echo "$name $units/$name"; done
        ;;
    cron) echo "crontab $prefix/etc/cron.d/xuanji${newline}logrotate $prefix/etc/logrotate.d/xuanji" ;;
    esac
}

ours() { head -n 1 -- "$1" | grep -q 'Installed by deploy/install.sh'; }

act() { # run it, or say it
    if [ -n "$dry" ]; then say "would run: $*"; else "$@"; fi
}

remove() {
    if [ -n "$dry" ]; then say "would remove $1"; else rm -- "$1" && say "removed $1"; fi
}

# --- removing

if [ -n "$uninstall" ]; then
    [ -n "$prefix$dry" ] || [ "$(id -u)" = 0 ] || refuse "must be run by root (or with --prefix)"
    if [ -z "$prefix" ] && [ -d /run/systemd/system ] && [ -e "$units/xuanji.service" ] && ours "$units/xuanji.service"; then
        act systemctl disable --now xuanji-reindex.timer xuanji.service
    fi
    { names systemd && names cron; } | while read -r _ target; do
        [ ! -e "$target.old" ] || say "left $target.old"
        [ -e "$target" ] || continue
        if ours "$target"; then remove "$target"; else say "left $target, which is not ours"; fi
    done
    if [ -z "$prefix" ] && [ -d /run/systemd/system ]; then act systemctl daemon-reload; fi
    if [ -e "$settings" ]; then
        if cmp -s "$settings" "$here/../xuanji.example.toml"; then remove "$settings"; else say "left $settings, which was edited"; fi
    fi
    for folder in "$prefix/etc/xuanji" "$logs" "$home"; do
        [ -d "$folder" ] || continue
        if [ -n "$(ls -A -- "$folder")" ]; then
            say "left $folder, which is not empty"
        elif [ -n "$dry" ]; then
            say "would remove $folder if it is empty"
        else
            rmdir -- "$folder" && say "removed $folder"
        fi
    done
    if [ -z "$prefix" ] && id -u "$user" >/dev/null 2>&1; then say "left the user $user (userdel $user removes it)"; fi
    exit 0
fi

# --- what is missing, all of it at once, before anything is changed

missing=''
lacks() { missing="$missing  $1$newline"; }
[ -x "$program" ] || lacks "$program: the program is not there, or may not be run (make install makes it; --xuanji names another)"
for file in crontab logrotate xuanji.service xuanji-reindex.service xuanji-reindex.timer ../xuanji.example.toml; do
    [ -r "$here/$file" ] || lacks "$here/$file: comes with Xuanji, and is not there"
done
hidden() { case $1 in /home/* | /root/* | /run/user/*) true ;; *) false ;; esac }
if [ "$kind" = systemd ]; then
    real=$(readlink -f -- "$program" 2>/dev/null || echo "$program")
    python=$(readlink -f -- "$(dirname -- "$program")/python" 2>/dev/null || echo "$program")
    for path in "$program" "$real" "$python" "$home"; do
        ! hidden "$path" || lacks "$path: the units hide /home and /root; put it elsewhere, as in /opt/xuanji or /var/lib/xuanji"
    done
fi
if [ -z "$prefix" ]; then
    [ -n "$dry" ] || [ "$(id -u)" = 0 ] || lacks "root: this must be run by root (or with --prefix, or --dry-run)"
    if [ "$kind" = systemd ]; then
        [ -d /run/systemd/system ] || lacks "systemd: it does not run this machine (--cron installs the nightly job without it)"
    else
        [ -d /etc/cron.d ] || lacks "/etc/cron.d: install a cron that reads it (Debian, Ubuntu: apt-get install cron)"
    fi
    id -u "$user" >/dev/null 2>&1 || command -v useradd >/dev/null || lacks "useradd: make the user $user yourself"
    command -v su >/dev/null || lacks "su: needed to try the program as $user"
fi
foreign=$(names "$kind" | while read -r _ target; do [ ! -e "$target" ] || ours "$target" || echo "  $target: is there and is not ours; move it away"; done)
missing=$missing${foreign:+$foreign$newline}
[ -z "$missing" ] || refuse "nothing was changed, because of:$newline${missing%"$newline"}"

# --- installing

if [ -z "$prefix" ] && ! id -u "$user" >/dev/null 2>&1; then
    act useradd --system --user-group --no-create-home --home-dir "$home" --shell /usr/sbin/nologin "$user"
fi
group=$(id -gn "$user" 2>/dev/null || echo "$user")

folder() { # PATH OWNER MODE
    [ ! -d "$1" ] || return 0
    if [ -n "$dry" ]; then say "would make $1" && return 0; fi
    mkdir -p -- "$1"
    chmod "$3" -- "$1"
    [ -n "$prefix" ] || chown "$2:$group" -- "$1"
    say "made $1"
}

if [ -z "$prefix$dry" ]; then # before anything relies on it
    su -s /bin/sh "$user" -c "'$program' --version >/dev/null" </dev/null ||
        refuse "$user cannot run $program (may it read and enter every folder on the way there, and the Python it uses?)"
fi
folder "$home" "$user" 0750
folder "$prefix/etc/xuanji" root 0750
if [ -e "$settings" ]; then
    say "kept $settings"
elif [ -n "$dry" ]; then
    say "would write $settings"
else
    (umask 027 && cp -- "$here/../xuanji.example.toml" "$settings")
    [ -n "$prefix" ] || chown "root:$group" -- "$settings"
    chmod 0640 -- "$settings"
    say "wrote $settings"
fi
[ "$kind" = systemd ] || folder "$logs" "$user" 0750

render() { # a template with our paths; through marks, so that no value is taken for a path of the template
    sed -e 's|/opt/xuanji/.venv/bin/xuanji|@PROGRAM@|g' -e 's|/opt/xuanji/.venv/bin|@BIN@|g' \
        -e 's|/etc/xuanji/xuanji.toml|@SETTINGS@|g' -e 's|/var/lib/xuanji|@HOME@|g' -e 's|/var/log/xuanji|@LOGS@|g' \
        -e 's/^User=xuanji$/User=@USER@/' -e 's/^Group=xuanji$/Group=@GROUP@/' \
        -e 's/^\( *su\) xuanji xuanji$/\1 @USER@ @GROUP@/' -e 's/^\(30 3 \* \* \*\) xuanji /\1 @USER@ /' "$here/$1" |
        sed -e "s|@PROGRAM@|$program|g" -e "s|@BIN@|$(dirname -- "$program")|g" -e "s|@SETTINGS@|$settings|g" \
            -e "s|@HOME@|$home|g" -e "s|@LOGS@|$logs|g" -e "s|@USER@|$user|g" -e "s|@GROUP@|$group|g" \
            -e "s|^IPAddressAllow=localhost\$|IPAddressAllow=localhost$allow|"
    if [ "$1" = xuanji-reindex.service ]; then
        printf '%s' "$catalogues" | while read -r path; do echo "BindReadOnlyPaths=-$path"; done
    fi
}

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
names "$kind" >"$work/names"
changed=''
while read -r template target; do
    render "$template" >"$work/new"
    if [ -e "$target" ] && cmp -s "$work/new" "$target"; then
        say "unchanged $target"
        continue
    fi
    changed=yes
    if [ -n "$dry" ]; then say "would write $target" && continue; fi
    mkdir -p -- "$(dirname -- "$target")"
    if [ -e "$target" ]; then
        cp -p -- "$target" "$target.old" # neither cron nor systemd reads a file of such a name
        say "kept what was there as $target.old"
    fi
    chmod 0644 "$work/new"
    cp -p -- "$work/new" "$target.new"
    mv -- "$target.new" "$target"
    say "wrote $target"
done <"$work/names"

if [ "$kind" = systemd ] && [ -z "$prefix" ]; then
    [ -z "$changed" ] || act systemctl daemon-reload
    [ -z "$changed" ] || act systemctl try-restart xuanji.service # which does nothing where it does not run yet
    act systemctl enable --now xuanji.service xuanji-reindex.timer
fi
[ -n "$dry$prefix" ] || say "next, once: sudo -u $user $program ingest FOLDER --home $home --config $settings"
