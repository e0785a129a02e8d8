// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IOrderBook} from "../../../contracts/interfaces/IOrderBook.sol";
import {AppOrder, DatasetOrder, OrderKind, OrderOperation} from "../../../contracts/types/Orders.sol";
import {OrderSigner} from "../../fixtures/OrderSigner.sol";
import {Presigned} from "../../fixtures/Presigned.sol";

/// @dev What was signed about an order is good for that order, as what it was signed as, on that hub and chain, and for as
/// many tasks as it says.
contract OrderReplay_Unit_Test is Presigned {
    uint256 private constant HOME = 31_337;

    function testFuzz_AnOrderIsGoodForOneHub(address hub) external {
        vm.assume(hub != address(poco));
        OrderSigner foreign = new OrderSigner(hub);
        bytes32[4] memory hashes = [
            foreign.hashApp(appOrder),
            foreign.hashDataset(datasetOrder),
            foreign.hashWorkerpool(workerpoolOrder),
            foreign.hashRequest(requestOrder)
        ];

        for (uint256 i; i < 4; ++i) {
            _signOrders();
            _setSignature(i, _sign(_accountOf(i), hashes[i]));
            _assertRefused(_notSigned(OrderKind(i), _hashOf(i), _accountOf(i).addr));
        }
        _signOrders();
        _assertAdmitted();
    }

    function testFuzz_AnOrderIsGoodForOneChain(uint64 chain) external {
        vm.assume(chain != 0 && chain != HOME);
        bytes[4] memory signatures;
        for (uint256 i; i < 4; ++i) signatures[i] = _sign(_accountOf(i), _hashOf(i));

        vm.chainId(chain);
        for (uint256 i; i < 4; ++i) {
            _signOrders();
            _setSignature(i, signatures[i]);
            _assertRefused(_notSigned(OrderKind(i), _hashOf(i), _accountOf(i).addr));
        }
        vm.chainId(HOME);
        for (uint256 i; i < 4; ++i) _setSignature(i, signatures[i]);
        _assertAdmitted();
    }

    function testFuzz_AnOperationIsGoodForOneChain(uint64 chain, bool close) external {
        vm.assume(chain != 0 && chain != HOME);
        OrderOperation verb = OrderOperation(close ? 1 : 0);
        bytes32[4] memory hashes = _operationHashes(verb);

        vm.chainId(chain);
        for (uint256 i; i < 4; ++i) {
            bytes memory sign = _sign(_accountOf(i), hashes[i]);
            vm.expectRevert(
                abi.encodeWithSelector(
                    IOrderBook.OperationNotAuthorized.selector,
                    OrderKind(i),
                    _hashOf(i),
                    _accountOf(i).addr
                )
            );
            _submit(i, verb, sign);
        }
        vm.chainId(HOME);
        for (uint256 i; i < 4; ++i) _submit(i, verb, _sign(_accountOf(i), hashes[i]));
    }

    function testFuzz_AnOperationIsNoOrder(bool close) external {
        bytes32[4] memory hashes = _operationHashes(OrderOperation(close ? 1 : 0));

        for (uint256 i; i < 4; ++i) {
            _signOrders();
            _setSignature(i, _sign(_accountOf(i), hashes[i]));
            _assertRefused(_notSigned(OrderKind(i), _hashOf(i), _accountOf(i).addr));
        }
    }

    /// @dev App and dataset orders have fields of the same types in the same order.
    function test_AnOrderOfOneKindIsNoneOfAnother() external {
        _signOrders();
        datasetOrder.sign = _sign(dataProvider, signer.hashApp(_asAppOrder(datasetOrder)));
        _assertRefused(_notSigned(OrderKind.DATASET, _hashOf(1), dataProvider.addr));

        _signOrders();
        appOrder.sign = _sign(appProvider, signer.hashDataset(_asDatasetOrder(appOrder)));
        _assertRefused(_notSigned(OrderKind.APP, _hashOf(0), appProvider.addr));
    }

    /// @dev What is used up is the order, not its signature: the other form of the same signature gains nothing.
    function test_AnOrderIsUsedUpWhateverFormItsSignatureHas() external {
        for (uint256 i; i < 4; ++i) _setVolume(i, 2);
        for (uint256 i; i < 4; ++i) {
            uint256 before = vm.snapshotState();
            _setVolume(i, 1);
            _signOrders();
            _match();

            _setSignature(i, _compact(_accountOf(i), _hashOf(i)));
            _assertRefused(_exhausted(OrderKind(i), _hashOf(i), 1));
            vm.revertToState(before);
        }
    }

    function _operationHashes(OrderOperation verb) private view returns (bytes32[4] memory) {
        return
            [
                signer.hashAppOperation(appOrder, verb),
                signer.hashDatasetOperation(datasetOrder, verb),
                signer.hashWorkerpoolOperation(workerpoolOrder, verb),
                signer.hashRequestOperation(requestOrder, verb)
            ];
    }

    function _compact(Account memory account, bytes32 hash) private pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(account.key, hash);
        return abi.encodePacked(r, v == 28 ? s | bytes32(uint256(1) << 255) : s);
    }

    function _asAppOrder(DatasetOrder memory o) private pure returns (AppOrder memory) {
        return
            AppOrder(
                o.dataset,
                o.datasetprice,
                o.volume,
                o.tag,
                o.apprestrict,
                o.workerpoolrestrict,
                o.requesterrestrict,
                o.salt,
                ""
            );
    }

    function _asDatasetOrder(AppOrder memory o) private pure returns (DatasetOrder memory) {
        return
            DatasetOrder(
                o.app,
                o.appprice,
                o.volume,
                o.tag,
                o.datasetrestrict,
                o.workerpoolrestrict,
                o.requesterrestrict,
                o.salt,
                ""
            );
    }
}
