// What jemalloc is told when the server starts, before main; the environment's
// MALLOC_CONF has the last word (jemalloc(3), TUNING). Why: docs/adr/0020.
//
// thp: the view is hundreds of megabytes; in huge pages a start touches them
// with fewer faults.
// background_thread: what a burst needed goes back to the system also when no
// call comes afterwards.
extern "C" {
extern const char* malloc_conf;
const char* malloc_conf = "thp:always,background_thread:true";
}
