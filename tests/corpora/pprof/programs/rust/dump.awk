# Turns a dump of jemalloc into the older text of tcmalloc, which `go tool pprof` reads.
NR == 1 { split($1, head, "/"); next }
!stack && $1 == "t*:" { $1 = ""; print "heap profile:" $0, "@ heap_v2/" head[2]; next }
$1 == "@" { stack = $0; next }
stack && $1 == "t*:" { $1 = ""; print $0, stack; next }
$1 ~ /^t[0-9]+:$/ { next }
{ print }
