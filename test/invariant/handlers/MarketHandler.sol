// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IWorkerpool} from "../../../contracts/interfaces/IWorkerpool.sol";
import {
    AppOrderOperation,
    DatasetOrderOperation,
    OrderOperation,
    RequestOrderOperation,
    WorkerpoolOrderOperation
} from "../../../contracts/types/Orders.sol";
import {Tag} from "../../../contracts/types/Tag.sol";
import {AccountHandler} from "./AccountHandler.sol";
import {Bundle, OrderMemo} from "./Memos.sol";

/// @dev Everybody as owners of assets and as who orders. Orders come in bundles that fit; their assets may change hands, then the new owner
/// stands for what is left.
abstract contract MarketHandler is AccountHandler {
    uint256 private constant ASSETS = 3;
    uint256 internal constant BUNDLES = 3;

    /// @dev The highest price of a pool: its stake makes a difference to the kitty.
    uint256 private constant DEAR = 20e9;

    address[] private _apps;
    address[] private _datasets;
    address[] private _pools;

    /// @dev What stake and share of the workers a pool's owner chose, in percent.
    mapping(address pool => uint256) internal _stakeRatio;
    mapping(address pool => uint256) internal _keepRatio;
    mapping(address asset => address) internal _owners;
    mapping(bytes32 orderHash => address) private _presigner;
    mapping(bytes32 orderHash => uint256) internal _memo;

    /// @dev Contracts that are told results: well-behaved, reverting, burning gas, answering too much, calling back.
    address[] internal _consumers;
    Bundle[] internal _bundles;

    function setUp() public virtual override {
        super.setUp();
        for (uint256 i; i < ASSETS; ++i) {
            string memory name = vm.toString(i);
            _apps.push(appRegistry.createApp(_person(2 + i), name, "DOCKER", "", 0, ""));
            _datasets.push(datasetRegistry.createDataset(_person(3 + i), name, "", 0));
            _pools.push(workerpoolRegistry.createWorkerpool(_person(4 + 3 * i), name));
            (_owners[_apps[i]], _owners[_datasets[i]], _owners[_pools[i]]) = (
                _person(2 + i),
                _person(3 + i),
                _person(4 + 3 * i)
            );
            (_stakeRatio[_pools[i]], _keepRatio[_pools[i]]) = (30, 1);
        }
        _consumers.push(deployCode("RecordingConsumer.sol:RecordingConsumer"));
        _consumers.push(deployCode("RevertingConsumer.sol:RevertingConsumer"));
        _consumers.push(deployCode("BurningConsumer.sol:BurningConsumer"));
        _consumers.push(deployCode("BombingConsumer.sol:BombingConsumer"));
        _consumers.push(deployCode("ReenteringConsumer.sol:ReenteringConsumer"));
        for (uint256 i; i < _consumers.length; ++i) _everybody.push(_consumers[i]);
        _orders.push();
        for (uint256 i; i < BUNDLES; ++i) {
            _bundles.push();
            _bundles[i] = _draw(uint256(keccak256(abi.encode(i))));
        }
        _note();
    }

    // Actions

    /// @dev New orders instead of old ones.
    function order(uint256 seed) external aside {
        _bundles[seed % BUNDLES] = _draw(seed);
    }

    function presignOrder(uint256 seed, uint256 kind) external act {
        Bundle memory b = _bundles[seed % BUNDLES];
        kind = _kindIn(b, kind);
        _manage(b, kind, OrderOperation.SIGN);
        _presigner[_hash(b, kind)] = _signerOf(b, kind);
        _did();
    }

    /// @dev One of which something is left, if there is one.
    function closeOrder(uint256 seed, uint256 kind) external act {
        Bundle memory b = _bundles[seed % BUNDLES];
        kind = _kindIn(b, kind);
        for (uint256 i; i < 4 && _isKindUsedUp(b, kind); ++i) kind = _kindIn(b, kind + 1);
        if (_isKindUsedUp(b, kind)) return;
        OrderMemo storage memo = _orders[_remember(b, kind)];
        if (memo.consumed > 0) ++sights["closed when partly used"];
        ++sights[string.concat(["app", "dataset", "pool", "request"][kind], " order closed")];
        _manage(b, kind, OrderOperation.CLOSE);
        memo.consumed = memo.volume;
        _did();
    }

    function sellAsset(uint256 kind, uint256 which, uint256 buyer) external act {
        kind = kind % 3;
        address asset = [_apps, _datasets, _pools][kind][which % ASSETS];
        address registry = [address(appRegistry), address(datasetRegistry), address(workerpoolRegistry)][kind];
        address seller = _owners[asset];
        vm.prank(seller);
        IERC721(registry).transferFrom(seller, _person(buyer), uint256(uint160(asset)));
        _owners[asset] = _person(buyer);
        _did();
    }

    function changePolicy(uint256 which, uint256 stakeRatio, uint256 keepRatio) external act {
        address pool = _pools[which % ASSETS];
        (stakeRatio, keepRatio) = (_bound(stakeRatio, 0, 200), _bound(keepRatio, 0, 100));
        vm.prank(_owners[pool]);
        IWorkerpool(pool).changePolicy(stakeRatio, keepRatio);
        (_stakeRatio[pool], _keepRatio[pool]) = (stakeRatio, keepRatio);
        _did();
    }

    // Orders

    /// @dev Four new orders that fit.
    function _draw(uint256 seed) private returns (Bundle memory b) {
        uint256 r = uint256(keccak256(abi.encode(seed, ++_salt)));
        Tag tag = Tag.wrap(bytes32(r % 4 == 0 ? uint256(1) : 0));
        b.app.app = _apps[(r >> 8) % ASSETS];
        b.app.appprice = (r >> 16) % 5 == 0 ? 0 : (r >> 19) % (APP_PRICE + 1);
        b.app.tag = tag;
        if ((r >> 24) % 4 != 0) {
            b.dataset.dataset = _datasets[(r >> 32) % ASSETS];
            b.dataset.datasetprice = (r >> 40) % 5 == 0 ? 0 : (r >> 43) % (DATASET_PRICE + 1);
            b.dataset.tag = tag;
        }
        b.pool.workerpool = _pools[(r >> 56) % ASSETS];
        b.pool.workerpoolprice =
            (r >> 72) %
            (
                (r >> 64) % 4 == 0
                    ? DEAR
                    : (r >> 64) % 4 == 1
                        ? 1
                        : POOL_PRICE
            );
        b.pool.tag = tag;
        b.pool.category = (r >> 88) % 4 == 0 ? 1 : 0;
        b.pool.trust = 50;
        b.request.app = b.app.app;
        b.request.appmaxprice = APP_PRICE;
        b.request.dataset = b.dataset.dataset;
        b.request.datasetmaxprice = DATASET_PRICE;
        b.request.workerpoolmaxprice = DEAR;
        b.request.requester = _person(r >> 96);
        b.request.tag = tag;
        b.request.category = b.pool.category;
        // Alone, a weight agrees with a trust of as much; 50 takes two to six people who say the same.
        b.request.trust = [0, 1, 1, 2, 3, 6, 15, 50][(r >> 104) % 8];
        if ((r >> 112) % 3 > 0) b.request.callback = _consumers[Math.min((r >> 120) % 8, 4)];
        for (uint256 kind; kind < 4; ++kind) _setVolume(b, kind, 1 + ((r >> (128 + 8 * kind)) % ORDERED));
        for (uint256 kind; kind < 4; ++kind) _setSalt(b, kind);
    }

    function _setVolume(Bundle memory b, uint256 kind, uint256 volume) private pure {
        if (kind == 0) b.app.volume = volume;
        if (kind == 1) b.dataset.volume = volume;
        if (kind == 2) b.pool.volume = volume;
        if (kind == 3) b.request.volume = volume;
    }

    function _volumeOf(Bundle memory b, uint256 kind) private pure returns (uint256) {
        if (kind == 0) return b.app.volume;
        if (kind == 1) return b.dataset.volume;
        return kind == 2 ? b.pool.volume : b.request.volume;
    }

    function _setSalt(Bundle memory b, uint256 kind) internal {
        bytes32 salt = bytes32(++_salt);
        if (kind == 0) b.app.salt = salt;
        if (kind == 1) b.dataset.salt = salt;
        if (kind == 2) b.pool.salt = salt;
        if (kind == 3) b.request.salt = salt;
    }

    /// @dev Orders again what is used up.
    function _renew(Bundle memory b, uint256 kind) internal {
        if (kind == 1 && b.dataset.dataset == address(0)) return;
        OrderMemo storage memo = _orders[_remember(b, kind)];
        if (memo.consumed == memo.volume) _setSalt(b, kind);
        else if (memo.consumed > 0) ++sights["used again when partly used"];
        _remember(b, kind);
    }

    /// @dev Signs for who stands for the order now, unless that one presigned it.
    function _sign(Bundle memory b, uint256 kind) internal view {
        if (kind == 1 && b.dataset.dataset == address(0)) return;
        bytes32 hash = _hash(b, kind);
        address account = _signerOf(b, kind);
        bytes memory sign = _presigner[hash] == account ? bytes("") : _sign(_accountOf(account), hash);
        if (kind == 0) b.app.sign = sign;
        if (kind == 1) b.dataset.sign = sign;
        if (kind == 2) b.pool.sign = sign;
        if (kind == 3) b.request.sign = sign;
    }

    function _signerOf(Bundle memory b, uint256 kind) internal view returns (address) {
        if (kind == 0) return _owners[b.app.app];
        if (kind == 1) return _owners[b.dataset.dataset];
        return kind == 2 ? _owners[b.pool.workerpool] : b.request.requester;
    }

    function _hash(Bundle memory b, uint256 kind) internal view returns (bytes32) {
        if (kind == 0) return signer.hashApp(b.app);
        if (kind == 1) return signer.hashDataset(b.dataset);
        return kind == 2 ? signer.hashWorkerpool(b.pool) : signer.hashRequest(b.request);
    }

    /// @dev Where this order's memo is.
    function _remember(Bundle memory b, uint256 kind) private returns (uint256 memo) {
        bytes32 hash = _hash(b, kind);
        memo = _memo[hash];
        if (memo > 0) return memo;
        memo = _orders.length;
        _memo[hash] = memo;
        _orders.push(OrderMemo(hash, _volumeOf(b, kind), 0, 0));
    }

    function _kindIn(Bundle memory b, uint256 seed) internal pure returns (uint256 kind) {
        kind = seed % 4;
        if (kind == 1 && b.dataset.dataset == address(0)) return 2;
    }

    function _manage(Bundle memory b, uint256 kind, OrderOperation operation) private {
        vm.prank(_signerOf(b, kind));
        (bool success, ) = address(poco).call(_operation(b, kind, operation, ""));
        assertTrue(success, "managed");
    }

    function _operation(
        Bundle memory b,
        uint256 kind,
        OrderOperation operation,
        bytes memory sign
    ) internal view returns (bytes memory) {
        if (kind == 0) return abi.encodeCall(poco.manageAppOrder, (AppOrderOperation(b.app, operation, sign)));
        if (kind == 1) {
            return abi.encodeCall(poco.manageDatasetOrder, (DatasetOrderOperation(b.dataset, operation, sign)));
        }
        if (kind == 2) {
            return abi.encodeCall(poco.manageWorkerpoolOrder, (WorkerpoolOrderOperation(b.pool, operation, sign)));
        }
        return abi.encodeCall(poco.manageRequestOrder, (RequestOrderOperation(b.request, operation, sign)));
    }

    function _isUsedUp(Bundle memory b) internal view returns (bool) {
        for (uint256 kind; kind < 4; ++kind) {
            if (_kindIn(b, kind) == kind && _isKindUsedUp(b, kind)) return true;
        }
        return false;
    }

    /// @dev What nobody used or closed yet has no memo, or an empty one.
    function _isKindUsedUp(Bundle memory b, uint256 kind) internal view returns (bool) {
        OrderMemo storage memo = _orders[_memo[_hash(b, kind)]];
        return memo.volume > 0 && memo.consumed == memo.volume;
    }
}
